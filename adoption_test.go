package caucus_test

import (
	"archive/zip"
	"bytes"
	"errors"
	"fmt"
	"go/ast"
	"go/doc"
	"go/format"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

const library = "github.com/caucus-live/caucus/socketio"

// Anyone can take the library without the rest: a fresh module that requires it, and
// nothing else, builds the README's program and the examples of the package as its
// documentation shows them, and gets gobwas/ws, its parts, and what the library's tests
// need.
func TestFreshModule(t *testing.T) {
	dir := freshModule(t)
	write(t, filepath.Join(dir, "readme", "main.go"), readmeProgram(t))
	for _, pkg := range []string{"socketio", "socketio/engineio", "socketio/sioclient", "socketio/adaptertest"} {
		for name, play := range playPrograms(t, pkg) {
			if !strings.Contains(play, "golang.org/x/time") { // a module of the example's own
				write(t, filepath.Join(dir, filepath.Base(pkg), name, "main.go"), play)
			}
		}
	}
	goCommand(t, dir, "vet", "./...")
	goCommand(t, dir, "build", "-o", os.DevNull, "./readme")

	known := append([]string{"example.com/chat", library, "github.com/gobwas/httphead"}, requirements["socketio"]...)
	for module := range strings.Lines(goCommand(t, dir, "list", "-m", "-f", "{{.Path}}", "all")) {
		if !slices.Contains(known, strings.TrimSpace(module)) {
			t.Errorf("a module that requires the library gets %s", module)
		}
	}
	packages := goCommand(t, dir, "list", "-deps", "-f", "{{with .Module}}{{.Path}}{{end}}", "./readme")
	linked := strings.Fields(packages)
	slices.Sort(linked)
	linked = slices.Compact(linked)
	want := []string{"example.com/chat", library, "github.com/gobwas/httphead", "github.com/gobwas/ws"}
	if !slices.Equal(linked, want) {
		t.Errorf("the README's program is made of %v, want %v", linked, want)
	}
}

// freshModule returns the folder of a module that requires the library as it is here.
func freshModule(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	here, err := filepath.Abs("socketio")
	if err != nil {
		t.Fatal(err)
	}
	write(t, filepath.Join(dir, "go.mod"), fmt.Sprintf(
		"module example.com/chat\n\ngo 1.26\n\nrequire %s v0.0.0\n\nreplace %[1]s => %q\n", library, here))
	sums, err := os.ReadFile("socketio/go.sum") // so that no checksum has to be asked for
	if err != nil {
		t.Fatal(err)
	}
	write(t, filepath.Join(dir, "go.sum"), string(sums))
	return dir
}

// Each module of the library can be taken alone, at a tag of its own: what it requires of the others
// is what is released with it. tsgen is a tool of the module that uses it.
func TestModulesFromAProxy(t *testing.T) {
	const version = "v0.1.0" // the next tag: see CONTRIBUTING.md
	proxy, cache := t.TempDir(), t.TempDir()
	var modules []string
	for dir := range requirements {
		if strings.HasPrefix(dir, "socketio") {
			modules = append(modules, dir)
			release(t, proxy, dir, version)
		}
	}
	download := strings.TrimSpace(goCommand(t, ".", "env", "GOMODCACHE"))
	env := []string{
		"GOPROXY=file://" + proxy + ",file://" + filepath.Join(download, "cache", "download") + "," + strings.TrimSpace(goCommand(t, ".", "env", "GOPROXY")),
		"GOMODCACHE=" + cache, "GOFLAGS=-modcacherw", "GONOSUMDB=" + library + "*", "GOWORK=off",
	}
	for _, module := range modules {
		t.Run(module, func(t *testing.T) {
			path := strings.TrimSuffix(library, "socketio") + module
			dir := t.TempDir()
			write(t, filepath.Join(dir, "go.mod"), "module example.com/adopter\n\ngo 1.26.0\n")
			if module == "socketio/tsgen" {
				goCommandWith(t, dir, env, "get", "-tool", path+"@"+version)
				goCommandWith(t, dir, env, "list", "-deps", path)
				return
			}
			write(t, filepath.Join(dir, "main.go"), fmt.Sprintf("package main\n\nimport _ %q\n\nfunc main() {}\n", path))
			goCommandWith(t, dir, env, "get", path+"@"+version)
			goCommandWith(t, dir, env, "list", "-deps", ".")
		})
	}
}

// release puts a module into a folder that serves as a proxy.
func release(t *testing.T, proxy, dir, version string) {
	t.Helper()
	path := strings.TrimSuffix(library, "socketio") + dir
	base := filepath.Join(proxy, filepath.FromSlash(path), "@v", version)
	mod, err := os.ReadFile(filepath.Join(dir, "go.mod"))
	if err != nil {
		t.Fatal(err)
	}
	write(t, base+".mod", string(mod))
	write(t, base+".info", fmt.Sprintf("{\"Version\": %q}", version))
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	err = filepath.WalkDir(dir, func(name string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if entry.IsDir() {
			_, err := os.Stat(filepath.Join(name, "go.mod"))
			if name != dir && err == nil || entry.Name() == "node_modules" {
				return fs.SkipDir // not of this module
			}
			return nil
		}
		rel, err := filepath.Rel(dir, name)
		if err != nil {
			return err
		}
		file, err := z.Create(path + "@" + version + "/" + filepath.ToSlash(rel))
		if err != nil {
			return err
		}
		text, err := os.ReadFile(name)
		if err != nil {
			return err
		}
		_, err = file.Write(text)
		return err
	})
	if err := errors.Join(err, z.Close()); err != nil {
		t.Fatal(err)
	}
	write(t, base+".zip", b.String())
}

// readmeProgram returns the program at the beginning of the library's README.
func readmeProgram(t *testing.T) string {
	t.Helper()
	text, err := os.ReadFile("socketio/README.md")
	if err != nil {
		t.Fatal(err)
	}
	_, program, _ := strings.Cut(string(text), "```go\n")
	program, _, _ = strings.Cut(program, "```\n")
	return program
}

// examplePackages are the packages with examples, each with how many it has at least.
var examplePackages = map[string]int{
	"socketio":                      30,
	"socketio/engineio":             5,
	"socketio/sioclient":            4,
	"socketio/adaptertest":          2,
	"socketio/adapter/nats":         1,
	"socketio/adapter/redis":        1,
	"socketio/adapter/redisstreams": 1,
	"socketio/admin":                1,
	"socketio/webtransport":         1,
	"socketio/otelsocketio":         1,
	"socketio/promsocketio":         1,
	"socketio/tsgen":                1,
}

// frame is a packet of Socket.IO or Engine.IO in quotes: readers of an example of package
// socketio do not know the protocol.
var frame = regexp.MustCompile("[`\"][0-6]{1,2}\\d*(-|/|\\[|\\{)")

// Every example can be read, and run, where it stands in the documentation: with its
// server and its client, its output, and nothing from another file.
func TestExamples(t *testing.T) {
	for pkg, atLeast := range examplePackages {
		examples := examplesOf(t, pkg)
		if len(examples) < atLeast {
			t.Errorf("%s has %d examples, want at least %d", pkg, len(examples), atLeast)
		}
		for _, e := range examples {
			code := source(t, e.Code)
			switch {
			case e.Play == nil:
				t.Errorf("%s, Example%s: it needs another file", pkg, e.Name)
			case e.Output == "":
				t.Errorf("%s, Example%s: it has no output, or is not run", pkg, e.Name)
			case e.Doc == "":
				t.Errorf("%s, Example%s: it has no comment", pkg, e.Name)
			case frame.MatchString(code):
				t.Errorf("%s, Example%s: %s is a frame of the protocol", pkg, e.Name, frame.FindString(code))
			}
		}
	}
}

// playPrograms returns the programs that the documentation of a package shows for its
// examples.
func playPrograms(t *testing.T, pkg string) map[string]string {
	t.Helper()
	programs := make(map[string]string)
	for _, e := range examplesOf(t, pkg) {
		if e.Play != nil {
			programs["example"+e.Name] = source(t, e.Play)
		}
	}
	return programs
}

func examplesOf(t *testing.T, pkg string) []*doc.Example {
	t.Helper()
	names, err := filepath.Glob(filepath.Join(pkg, "*example*_test.go"))
	if err != nil {
		t.Fatal(err)
	}
	var files []*ast.File
	for _, name := range names {
		file, err := parser.ParseFile(exampleFiles, name, nil, parser.ParseComments)
		if err != nil {
			t.Fatal(err)
		}
		files = append(files, file)
	}
	return doc.Examples(files...)
}

var exampleFiles = token.NewFileSet()

func source(t *testing.T, node ast.Node) string {
	t.Helper()
	var b bytes.Buffer
	if err := format.Node(&b, exampleFiles, node); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func write(t *testing.T, name, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(name), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

func goCommand(t *testing.T, dir string, args ...string) string {
	t.Helper()
	return goCommandWith(t, dir, []string{"GOFLAGS=-mod=mod", "GOWORK=off"}, args...)
}

func goCommandWith(t *testing.T, dir string, env []string, args ...string) string {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), "go", args...)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), env...)
	var errs bytes.Buffer
	cmd.Stderr = &errs
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("go %s: %v\n%s", strings.Join(args, " "), err, errs.String())
	}
	return string(out)
}
