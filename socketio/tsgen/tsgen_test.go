package main

import (
	"bytes"
	"errors"
	"flag"
	"io"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/tools/go/packages"
)

var update = flag.Bool("update", false, "write testdata/shop.ts")

// here is for all tests of packages in this folder: loading takes most of the time.
var here = newLoader(".")

func generated(t *testing.T, args ...string) string {
	t.Helper()
	var out bytes.Buffer
	if err := run(here, args, &out, io.Discard); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

func TestGolden(t *testing.T) {
	got := generated(t, "-type", "shop.Body", "-rename", "shop.Item=ShopItem", "./internal/shop")
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
	got := generated(t, "-errors=false", "./internal/shop")
	if strings.Contains(got, "ErrorAnswer") || !strings.Contains(got, "  buy: (data: Order, ack: (answer: Receipt) => void) => void;\n") {
		t.Error(got)
	}
}

// A server that sends no nil slices, and wants all arguments, can say so: only pointers in structs may be null then.
func TestNotNull(t *testing.T) {
	got := generated(t, "-notnull", "./internal/shop")
	for _, want := range []string{
		"  move: (x: number, y: number, speed: string, ...others: unknown[]) => void;\n", "(data: Order) => void", "  tags: string[];\n",
		"  stock: Partial<Record<Colour, number>>;\n", "  grid: number[][];\n", "  extra: boolean;\n", "  data: Binary;\n", "  note: string | null;\n",
	} {
		if !strings.Contains(got, want) {
			t.Errorf("%q is missing in\n%s", want, got)
		}
	}
}

func TestOutputAndCheck(t *testing.T) {
	name := filepath.Join(t.TempDir(), "events.ts")
	tsgen := func(args ...string) error {
		return run(here, append(args, "-o", name, "./internal/shop"), io.Discard, io.Discard)
	}
	if err := tsgen("-check"); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("a check without the file: %v", err)
	}
	if err := tsgen(); err != nil {
		t.Fatal(err)
	}
	if err := tsgen("-check"); err != nil {
		t.Errorf("a check of a current file: %v", err)
	}
	if err := tsgen("-check", "-errors=false"); err == nil || !strings.Contains(err.Error(), "stale") {
		t.Errorf("a check of a stale file: %v", err)
	}
}

func TestMistakesAreNamed(t *testing.T) {
	const imports = "package p\nimport \"github.com/caucus-live/caucus/socketio\"\n"
	tests := map[string]struct {
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
	}
	codes := map[string]string{}
	for name, test := range tests {
		codes[folder(name)] = test.code
	}
	loader := newLoader(module(t, codes))
	pkgs, err := loader.load("./...")
	if err != nil {
		t.Fatal(err)
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			cfg, err := parse(append(test.args, "./"+folder(name)), io.Discard)
			if err != nil {
				t.Fatal(err)
			}
			i := slices.IndexFunc(pkgs, func(pkg *packages.Package) bool { return path.Base(pkg.PkgPath) == folder(name) })
			if _, err := generate(loader, pkgs[i:i+1], cfg); err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("got %v, want an error with %q", err, test.want)
			}
		})
	}
}

// What is rare in payloads becomes what encoding/json makes of it, in a form that TypeScript takes.
func TestOddTypes(t *testing.T) {
	dir := module(t, map[string]string{"p": `package p

import (
	"time"

	"github.com/caucus-live/caucus/socketio"
)

type Colour string

const (
	Red  Colour = "red \a\U000e0067\""
	Blue Colour = "blue"
)

// Nested ends */ here.
type Nested map[string]Nested

type Stocks map[Colour][]Stocks

//tsgen:type { a: 1 } | Map<string, () => void>
type Either struct{}

type base[T any] struct{ Value T }

type Odd struct {
	base[*Odd]
	Text    string         ` + "`json:\",string\"`" + `
	Maybe   *int64         ` + "`json:\"maybe,string\"`" + `
	Left    []int          ` + "`json:\"left,string\"`" + `
	When    time.Time      ` + "`json:\"when,string\"`" + `
	Dash    int            ` + "`json:\"-,\"`" + `
	Strange int            ` + "`json:\"a b\\u007f\"`" + `
	Eithers []Either
	Fixed   [4]byte
	Grid    [2][3]*float32
	Colours []Colour
	Nested  Nested
	Stocks  *Stocks
	hidden  chan int
}

//tsgen:both
const A socketio.Event[Odd] = "a"
`})
	var out bytes.Buffer
	if err := run(newLoader(dir), []string{"./p"}, &out, io.Discard); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		"/** Nested ends *\\/ here. */\nexport type Nested = { [key in string]: Nested | null };\n",
		"export type Stocks = { [key in Colour]?: (Stocks | null)[] | null };\n",
		"  | \"red \\u0007\U000e0067\\\"\"\n",
		"  Value: Odd | null;\n", "  Text: string;\n", "  maybe: string | null;\n", "  left: number[] | null;\n",
		"  when: string;\n", "  \"-\": number;\n",
		"  Eithers: ({ a: 1 } | Map<string, () => void>)[] | null;\n",
		"  Fixed: number[];\n", "  Grid: (number | null)[][];\n", "  Colours: Colour[] | null;\n",
		"  Nested: Nested | null;\n", "  Stocks: Stocks | null;\n",
	} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("%q is missing in\n%s", want, out.String())
		}
	}
}

func TestCompileErrorsAreNamed(t *testing.T) {
	loader := newLoader(module(t, map[string]string{"p": "package p\nvar A = b"}))
	if _, err := loader.load("./p"); err == nil || !strings.Contains(err.Error(), "undefined: b") {
		t.Errorf("got %v, want what is undefined", err)
	}
}

func folder(name string) string { return strings.ReplaceAll(name, " ", "-") }

// module returns a folder with a module that uses the library: a package of one file in each folder.
func module(t *testing.T, codes map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	root, err := filepath.Abs("..")
	if err != nil {
		t.Fatal(err)
	}
	mod := read(t, "../go.mod")
	mod = strings.Replace(mod, "module "+library, "module p", 1)
	mod += "\nrequire " + library + " v0.0.0\nreplace " + library + " => " + strconv.Quote(root) + "\n"
	files := map[string]string{"go.mod": mod, "go.sum": read(t, "../go.sum")}
	for folder, code := range codes {
		files[filepath.Join(folder, "p.go")] = code
		if err := os.Mkdir(filepath.Join(dir, folder), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	for name, text := range files {
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
		if err := run(here, args, io.Discard, io.Discard); err == nil {
			t.Errorf("%v: no error", args)
		}
	}
}
