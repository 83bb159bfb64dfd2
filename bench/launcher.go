package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
)

// What is compared.
const (
	floor     = "floor"
	caucus    = "caucus"
	bun       = "bun"
	reference = "reference"
	zishang   = "zishang520"
)

// columns are all of them, in the order in which they are printed.
var columns = []string{floor, caucus, bun, reference, zishang}

// bunProgram is where npm puts it.
const bunProgram = "bench/bun/node_modules/.bin/bun"

// A launcher starts what is compared, by name.
type launcher struct {
	names   []string            // those that can be started
	absent  []string            // why others cannot, in sentences
	servers map[string][]string // commands
	clients map[string][]string
	counter []string
	cert    *certificate
}

// newLauncher builds what must be built. Of the peers those that cannot be had are left
// out. cleanup removes what was built.
func newLauncher(ctx context.Context, names []string) (l *launcher, cleanup func(), err error) {
	dir, err := os.MkdirTemp("", "caucus-bench-")
	if err != nil {
		return nil, nil, fmt.Errorf("make a folder for the binaries: %w", err)
	}
	cleanup = func() { _ = os.RemoveAll(dir) }
	l, err = prepare(ctx, names, dir)
	if err != nil {
		cleanup()
		return nil, nil, err
	}
	return l, cleanup, nil
}

func prepare(ctx context.Context, names []string, dir string) (*launcher, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, fmt.Errorf("find the own binary: %w", err)
	}
	ours, theirs := filepath.Join(dir, "ours"), filepath.Join(dir, zishang)
	l := &launcher{
		servers: map[string][]string{
			floor:     {self, floorServer},
			caucus:    {ours, "server"},
			bun:       {bunProgram, "bench/bun/server.mjs"},
			reference: {"node", "bench/reference/server.mjs"},
			zishang:   {theirs, "server"},
		},
		clients: map[string][]string{
			floor:   {self, floorClient},
			caucus:  {ours, "client"},
			zishang: {theirs, "client"},
		},
		counter: []string{ours, "count"},
	}
	if l.cert, err = newCertificate(dir); err != nil {
		return nil, err
	}
	for _, name := range names {
		if !slices.Contains(columns, name) {
			return nil, fmt.Errorf("there is no peer %q: the peers are %s", name, strings.Join(columns, ", "))
		}
		err := available(ctx, name, dir)
		if err != nil && name == caucus {
			return nil, err
		}
		if err != nil {
			l.absent = append(l.absent, fmt.Sprintf("The column %s is missing: %v.", name, err))
			continue
		}
		l.names = append(l.names, name)
	}
	return l, nil
}

// available builds a peer, or reports what is missing to run it.
func available(ctx context.Context, name, dir string) error {
	switch name {
	case caucus:
		return build(ctx, ".", "./bench/ours", filepath.Join(dir, "ours"))
	case zishang:
		return build(ctx, "bench/zishang520", ".", filepath.Join(dir, zishang))
	case reference:
		return runs(ctx, "node", "bench/reference")
	case bun:
		return runs(ctx, bunProgram, "bench/bun")
	}
	return nil
}

func build(ctx context.Context, module, pkg, binary string) error {
	cmd := exec.CommandContext(ctx, "go", "build", "-o", binary, pkg)
	cmd.Dir = module
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("build %s (run bench from the top of the repository): %w: %s", filepath.Join(module, pkg), err, lastLine(out))
	}
	return nil
}

// runs reports whether a runtime works and the packages in a folder are installed.
func runs(ctx context.Context, program, folder string) error {
	if out, err := exec.CommandContext(ctx, program, "--version").CombinedOutput(); err != nil {
		return fmt.Errorf("%s does not run: %w: %s", program, err, lastLine(out))
	}
	if _, err := os.Stat(filepath.Join(folder, "node_modules", "socket.io")); err != nil {
		return errors.New("run npm ci in " + folder)
	}
	return nil
}

func lastLine(out []byte) string {
	text := strings.TrimSpace(string(out))
	return text[strings.LastIndexByte(text, '\n')+1:]
}

var listening = regexp.MustCompile(`listening on (127\.0\.0\.1:\d+)`)

// serve starts a server and waits until it listens.
func (l *launcher) serve(ctx context.Context, name string, m mode) (*process, error) {
	args := m.serverArgs(l.cert)
	if name == floor {
		args = m.floorArgs(l.cert)
	}
	p, err := launch(ctx, name, slices.Concat(l.servers[name], args))
	if err != nil {
		return nil, err
	}
	found, err := p.await(listening)
	if err != nil {
		return nil, err
	}
	p.discard()
	p.addr, p.mode, p.trust = found[1], m, l.cert.trust
	return p, nil
}
