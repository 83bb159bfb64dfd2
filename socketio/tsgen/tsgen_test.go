package main

import (
	"bytes"
	"errors"
	"flag"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "write testdata/shop.ts")

func generated(t *testing.T, args ...string) (string, error) {
	t.Helper()
	var out, log bytes.Buffer
	err := run(args, &out, &log)
	return out.String(), err
}

func TestGolden(t *testing.T) {
	got, err := generated(t, "-type", "shop.Body", "-rename", "shop.Item=ShopItem", "./internal/shop")
	if err != nil {
		t.Fatal(err)
	}
	if *update {
		if err := os.WriteFile("testdata/shop.ts", []byte(got), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if diff := cmp.Diff(read(t, "testdata/shop.ts"), got); diff != "" {
		t.Errorf("testdata/shop.ts (-want +got):\n%s", diff)
	}
}

// A server whose handlers never fail needs no union with ErrorAnswer.
func TestWithoutErrors(t *testing.T) {
	got, err := generated(t, "-errors=false", "./internal/shop")
	if err != nil {
		t.Fatal(err)
	}
	if strings.Contains(got, "ErrorAnswer") || !strings.Contains(got, "  buy: (data: Order, ack: (answer: Receipt) => void) => void;\n") {
		t.Error(got)
	}
}

func TestOutputAndCheck(t *testing.T) {
	name := filepath.Join(t.TempDir(), "events.ts")
	if _, err := generated(t, "-check", "-o", name, "./internal/shop"); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("a check without the file: %v", err)
	}
	if _, err := generated(t, "-o", name, "./internal/shop"); err != nil {
		t.Fatal(err)
	}
	if _, err := generated(t, "-check", "-o", name, "./internal/shop"); err != nil {
		t.Errorf("a check of a current file: %v", err)
	}
	if _, err := generated(t, "-check", "-errors=false", "-o", name, "./internal/shop"); err == nil || !strings.Contains(err.Error(), "stale") {
		t.Errorf("a check of a stale file: %v", err)
	}
}

func TestMistakesAreNamed(t *testing.T) {
	const imports = "package p\nimport \"github.com/caucus-live/caucus/socketio\"\n"
	for name, test := range map[string]struct {
		code string
		args []string
		want string
	}{
		"no direction":      {imports + `const A socketio.Signal = "a"`, nil, `p.go:3:7: nothing in the packages handles or emits "a"`},
		"twice":             {imports + "//tsgen:both\nconst (\nA socketio.Signal = \"a\"\nB socketio.Event[int] = \"a\"\n)", nil, `"a" is declared at`},
		"no events":         {"package p\nconst A = \"a\"", nil, "declare no constants of type socketio.Event, Signal or Call"},
		"a channel":         {imports + "//tsgen:client\nconst A socketio.Event[struct{ C chan int }] = \"a\"", nil, "a.C: chan int has no JSON"},
		"a function":        {imports + "type T struct{ F []func() }\n//tsgen:client\nconst A socketio.Event[T] = \"a\"", nil, "p.T.F[]: func() has no JSON"},
		"a complex number":  {imports + "//tsgen:server\nconst A socketio.Event[complex128] = \"a\"", nil, "a: complex128 has no JSON"},
		"same names":        {imports + "type Binary struct{ B []byte }\n//tsgen:client\nconst A socketio.Event[Binary] = \"a\"", nil, "-rename p.Binary="},
		"a name of a type":  {imports + "type Record struct{ M map[string]int }\n//tsgen:client\nconst A socketio.Event[Record] = \"a\"", nil, "-rename p.Record="},
		"an unknown type":   {imports + "//tsgen:client\nconst A socketio.Signal = \"a\"", []string{"-type", "p.None"}, "-type p.None"},
		"an unused renamed": {imports + "//tsgen:client\nconst A socketio.Signal = \"a\"", []string{"-rename", "p.None=X"}, "-rename p.None"},
		"does not compile":  {"package p\nvar A = b", nil, "undefined: b"},
	} {
		t.Run(name, func(t *testing.T) {
			cfg, err := parse(append(test.args, "."), io.Discard)
			if err != nil {
				t.Fatal(err)
			}
			if _, err := generate(module(t, test.code), cfg); err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("got %v, want an error with %q", err, test.want)
			}
		})
	}
}

// module returns a folder with a module that consists of one file, and uses the library.
func module(t *testing.T, code string) string {
	t.Helper()
	dir := t.TempDir()
	root, err := filepath.Abs("..")
	if err != nil {
		t.Fatal(err)
	}
	mod := read(t, "../go.mod")
	mod = strings.Replace(mod, "module "+library, "module p", 1)
	mod += "\nrequire " + library + " v0.0.0\nreplace " + library + " => " + strconv.Quote(root) + "\n"
	for name, text := range map[string]string{"go.mod": mod, "go.sum": read(t, "../go.sum"), "p.go": code} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func read(t *testing.T, name string) string {
	t.Helper()
	text, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func TestFlags(t *testing.T) {
	for _, args := range [][]string{nil, {"-check", "./internal/shop"}, {"-rename", "a.B", "."}, {"-rename", "a.B=1x", "."}, {"-nonsense"}, {"./nowhere"}} {
		if _, err := generated(t, args...); err == nil {
			t.Errorf("%v: no error", args)
		}
	}
}
