// Command zishang520 is zishang520's Socket.IO server and client for Go as bench measures
// them, with the events and the arguments of bench/ours.
package main

import (
	"errors"
	"fmt"
	"os"
)

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "zishang520:", err)
		os.Exit(1)
	}
}

func run(args []string) error {
	if len(args) > 0 && args[0] == "server" {
		return server(args[1:], os.Stdout)
	}
	if len(args) > 0 && args[0] == "client" {
		return client(args[1:], os.Stdin, os.Stdout)
	}
	return errors.New("the first argument must be server or client")
}
