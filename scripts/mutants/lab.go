package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"time"
)

// An outcome is what became of a mutant.
type outcome string

const (
	killed   outcome = "killed"
	hung     outcome = "did not end" // a test waits for what does not come: killed, but without a name
	survived outcome = "survived"
	notBuilt outcome = "not built"
)

// buildTime bounds the building of a package's tests.
const buildTime = 5 * time.Minute

// A lab tries the mutants of a package.
type lab struct {
	path  string   // of the package
	dir   string   // where its files are
	files []string // those to change; none is a test
	run   string
	rapid bool // its tests take the flags of package rapid
	temp  string
}

// newLab finds a package, and its files whose names match files.
func newLab(ctx context.Context, name, run, files string) (*lab, error) {
	chosen, err := regexp.Compile(files)
	if err != nil {
		return nil, err
	}
	var out struct {
		ImportPath, Dir string
		GoFiles         []string
	}
	list := exec.CommandContext(ctx, "go", "list", "-json=ImportPath,Dir,GoFiles", "--", name)
	list.Stderr = os.Stderr
	text, err := list.Output()
	if err != nil {
		return nil, fmt.Errorf("go list: %w", err)
	}
	if err := json.Unmarshal(text, &out); err != nil {
		return nil, err
	}
	temp, err := os.MkdirTemp("", "mutants")
	if err != nil {
		return nil, err
	}
	l := &lab{path: out.ImportPath, dir: out.Dir, run: run, temp: temp}
	for _, file := range out.GoFiles {
		if chosen.MatchString(file) {
			l.files = append(l.files, filepath.Join(out.Dir, file))
		}
	}
	return l, nil
}

func (l *lab) close() { _ = os.RemoveAll(l.temp) }

// mutants returns all mutants of the package.
func (l *lab) mutants() ([]mutant, error) {
	var all []mutant
	for _, file := range l.files {
		some, err := mutantsOf(file)
		if err != nil {
			return nil, err
		}
		all = append(all, some...)
	}
	return all, nil
}

// baseline runs the tests of the package as it is, and returns how long they take.
func (l *lab) baseline(ctx context.Context) (time.Duration, error) {
	if err := l.build(ctx, nil); err != nil {
		return 0, err
	}
	help, _ := exec.CommandContext(ctx, l.program(), "-help").CombinedOutput()
	l.rapid = bytes.Contains(help, []byte("-rapid.nofailfile"))
	start := time.Now()
	if out, err := l.test(ctx, 10*time.Minute); err != nil {
		return 0, fmt.Errorf("the tests fail without any change: %w\n%s", err, out)
	}
	return time.Since(start), nil
}

// try builds and runs the tests of a mutant.
func (l *lab) try(ctx context.Context, m mutant, bound time.Duration) (outcome, error) {
	source, err := os.ReadFile(m.file)
	if err != nil {
		return "", err
	}
	changed := filepath.Join(l.temp, "mutant.go")
	if err := os.WriteFile(changed, m.apply(source), 0o600); err != nil {
		return "", err
	}
	if err := l.build(ctx, map[string]string{m.file: changed}); err != nil {
		return notBuilt, ctx.Err()
	}
	_, err = l.test(ctx, bound)
	switch {
	case ctx.Err() != nil:
		return "", context.Cause(ctx)
	case err == nil:
		return survived, nil
	case errors.Is(err, context.DeadlineExceeded):
		return hung, nil
	}
	return killed, nil
}

// build builds the tests, with some files replaced.
func (l *lab) build(ctx context.Context, replace map[string]string) error {
	ctx, cancel := context.WithTimeout(ctx, buildTime)
	defer cancel()
	text, err := json.Marshal(map[string]any{"Replace": replace})
	if err != nil {
		return err
	}
	overlay := filepath.Join(l.temp, "overlay.json")
	if err := os.WriteFile(overlay, text, 0o600); err != nil {
		return err
	}
	build := exec.CommandContext(ctx, "go", "test", "-c", "-vet=off", "-ldflags=-s -w", "-overlay", overlay, "-o", l.program(), ".")
	build.Dir = l.dir
	if out, err := build.CombinedOutput(); err != nil {
		return fmt.Errorf("go test -c: %w\n%s", err, out)
	}
	return nil
}

// test runs the tests that were built. After the bound they end, with all that they started.
func (l *lab) test(ctx context.Context, bound time.Duration) (out string, err error) {
	ctx, cancel := context.WithTimeout(ctx, bound)
	defer cancel()
	args := []string{"-test.failfast", "-test.count=1", "-test.timeout=0"}
	if l.run != "" {
		args = append(args, "-test.run="+l.run)
	}
	if l.rapid { // a failure is neither written to the tree nor made smaller, which takes half a minute
		args = append(args, "-rapid.nofailfile", "-rapid.shrinktime=0s")
	}
	test := exec.CommandContext(ctx, l.program(), args...)
	test.Dir = l.dir
	var text bytes.Buffer
	test.Stdout, test.Stderr = &text, &text
	test.WaitDelay = time.Second
	together(test)
	err = test.Run()
	end(test) // a test that failed may have left children
	if ctx.Err() != nil {
		err = ctx.Err()
	}
	return strings.TrimSpace(text.String()), err
}

func (l *lab) program() string { return filepath.Join(l.temp, "test.exe") }
