// Command tsgen writes the events of a Socket.IO server as TypeScript, so that a wrong
// payload in the browser is a compiler error. It reads the event constants of Go
// packages, those of type [socketio.Event], [socketio.Signal] and [socketio.Call], and
// writes the two interfaces that socket.io-client takes as type parameters, with every
// type that they use:
//
//	go get -tool github.com/caucus-live/caucus/socketio/tsgen@latest
//	go tool tsgen -o web/src/events.gen.ts ./...
//
//	import { io, type Socket } from "socket.io-client";
//	import type { ClientToServerEvents, ServerToClientEvents } from "./events.gen";
//	const socket: Socket<ServerToClientEvents, ClientToServerEvents> = io();
//
// Usage:
//
//	tsgen [flags] packages
//
//	-o FILE          write to FILE instead of standard output
//	-check           write nothing; fail if FILE is not what would be written
//	-type P.T        declare this type too, such as the body of a REST route; P is the
//	                 last element of its package's path; may be repeated
//	-rename P.T=N    call this type N in TypeScript; may be repeated
//	-errors=false    leave out that an acknowledgement may be an error, for servers whose
//	                 handlers never return one
//	-notnull         say that slices, maps, arguments and embedded structs are never nil, for
//	                 servers that see to it; clients then have to send all arguments
//
// # Which way an event goes
//
// An event that the named packages handle on a namespace is one that clients send; one
// that they emit to sockets is one that the server sends. Many do both. Where that cannot
// be seen, because a constant is only passed on, a directive above the constant, or above
// its group, says it:
//
//	//tsgen:client   clients send it
//	//tsgen:server   the server sends it
//	//tsgen:both     both do
//	//tsgen:ignore   leave it out
//
// # Types
//
// Types become what [encoding/json] makes of them, except that bytes, which Socket.IO
// carries as binary, are Binary. Field names and optional fields follow the json tags;
// embedded structs are flattened. What is null in JSON when it is nil, a pointer, a slice or
// a map, is a union with null, unless the tag omits it; fields that an embedded pointer brings
// are optional. As arguments, nil slices and maps are sent as empty, nil pointers as null;
// clients may leave out a pointer, null it, or, if others follow, pass undefined. The fields
// of a [socketio.Tuple] are the arguments of an event. A named string or integer
// type with two exported constants or more is the union of their values; integers only if they count up from
// 0 or 1, since others are likely to be flags. A type that marshals itself as text is a
// string; one that marshals itself as JSON is unknown, unless a directive above its
// declaration says what it is:
//
//	//tsgen:type number
//
// A field that is never nil can say so with //tsgen:notnull.
//
// Generic types stay generic. Comments are kept.
package main

import (
	"bytes"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"strings"

	"golang.org/x/tools/go/packages"
)

func main() {
	if err := run(newLoader("."), os.Args[1:], os.Stdout, os.Stderr); err != nil {
		if !errors.Is(err, flag.ErrHelp) {
			fmt.Fprintln(os.Stderr, "tsgen:", err)
		}
		os.Exit(2) //nolint:forbidigo // this is main
	}
}

// A config is what the flags say.
type config struct {
	out      string
	check    bool
	errors   bool
	notNull  bool
	types    []string          // as "package.Type"
	renamed  map[string]string // TypeScript names, by "package.Type"
	patterns []string
}

func run(loader *loader, args []string, stdout, stderr io.Writer) error {
	cfg, err := parse(args, stderr)
	if err != nil {
		return err
	}
	pkgs, err := loader.load(cfg.patterns...)
	if err != nil {
		return err
	}
	text, err := generate(loader, pkgs, cfg)
	if err != nil {
		return err
	}
	switch {
	case cfg.check:
		return compare(cfg.out, text)
	case cfg.out != "":
		return os.WriteFile(cfg.out, text, 0o644)
	default:
		_, err = stdout.Write(text)
		return err
	}
}

func parse(args []string, stderr io.Writer) (*config, error) {
	cfg := &config{renamed: map[string]string{}}
	flags := flag.NewFlagSet("tsgen", flag.ContinueOnError)
	flags.SetOutput(stderr)
	flags.Usage = func() {
		_, _ = fmt.Fprintln(stderr, "Usage: tsgen [flags] packages")
		flags.PrintDefaults()
	}
	flags.StringVar(&cfg.out, "o", "", "write to `FILE` instead of standard output")
	flags.BoolVar(&cfg.check, "check", false, "write nothing; fail if the file of -o is not what would be written")
	flags.BoolVar(&cfg.errors, "errors", true, "say that an acknowledgement may be an error")
	flags.BoolVar(&cfg.notNull, "notnull", false, "say that slices, maps, arguments and embedded structs are never nil")
	flags.Func("type", "declare the type `P.T` too; may be repeated", func(s string) error {
		cfg.types = append(cfg.types, s)
		return nil
	})
	flags.Func("rename", "call a type differently in TypeScript, as `P.T=N`; may be repeated", func(s string) error {
		from, to, ok := strings.Cut(s, "=")
		if !ok || from == "" || !identifier(to) {
			return errors.New("want package.Type=Name")
		}
		cfg.renamed[from] = to
		return nil
	})
	if err := flags.Parse(args); err != nil {
		return nil, err
	}
	cfg.patterns = flags.Args()
	switch {
	case len(cfg.patterns) == 0:
		return nil, errors.New("no packages: name those that declare and use the events, as in tsgen ./events ./server")
	case cfg.check && cfg.out == "":
		return nil, errors.New("-check needs -o")
	}
	return cfg, nil
}

func compare(name string, want []byte) error {
	got, err := os.ReadFile(name)
	if err != nil {
		return err
	}
	if !bytes.Equal(got, want) {
		return fmt.Errorf("%s is stale: run tsgen again without -check", name)
	}
	return nil
}

// generate returns the TypeScript for packages that the loader has loaded.
func generate(loader *loader, pkgs []*packages.Package, cfg *config) ([]byte, error) {
	events, err := findEvents(pkgs)
	if err != nil {
		return nil, err
	}
	g := newGenerator(loader, cfg, pkgs)
	g.events("ClientToServerEvents", "What clients send.", events.fromClients, true, cfg.errors)
	g.events("ServerToClientEvents", "What the server sends.", events.fromServer, false, false)
	for _, name := range cfg.types {
		g.declare(name)
	}
	return g.text()
}
