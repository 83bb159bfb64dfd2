package main

import (
	"errors"
	"fmt"
	"io/fs"
	"math"
	"net"
	"os"
	"runtime"
	"strconv"
	"strings"
	"syscall"
)

// The flags of the addresses that people come to.
const (
	addrFlag     = "-addr"
	httpAddrFlag = "-http-addr"
)

// explainAddr adds what to do about an address, of a flag, that cannot be listened on.
func (e *encryption) explainAddr(flag, addr string, err error) error {
	// With -acme the authority comes to these ports, so that others do not help.
	fixed := len(e.domains) > 0 && (strings.HasSuffix(addr, httpsAddr) || strings.HasSuffix(addr, httpAddr))
	var remedy string
	switch {
	case errors.Is(err, syscall.EADDRINUSE):
		err = fmt.Errorf("another program uses the port: %w", err)
		remedy = "stop it"
		switch other := nextPort(addr); {
		case flag == httpAddrFlag:
			remedy += ", or start with -http-addr=\"\", without a redirect from http to https"
		case fixed:
			remedy += ": -acme needs port 443"
		default:
			remedy += fmt.Sprintf(", or choose another port: caucus -addr %s, or make run ARGS=\"-addr %[1]s\"", other)
		}
	case errors.Is(err, fs.ErrPermission):
		remedy = mayListen()
		if !fixed {
			remedy += ", or choose a port above 1023 with " + flag
		}
	default:
		remedy = "choose another address with " + flag
	}
	return fmt.Errorf("%w; %s", err, remedy)
}

// mayListen says how this program gets the right to listen on ports below 1024.
func mayListen() string {
	program, err := os.Executable()
	if err != nil || runtime.GOOS != "linux" {
		return "start it as a user that may listen there"
	}
	return "let the program listen there: sudo setcap cap_net_bind_service=+ep " + program
}

// nextPort returns an address like addr, one port higher.
func nextPort(addr string) string {
	host, port, err := net.SplitHostPort(addr)
	n, errPort := strconv.Atoi(port)
	if err != nil || errPort != nil || n >= math.MaxUint16 {
		return ":3001"
	}
	return net.JoinHostPort(host, strconv.Itoa(n+1))
}
