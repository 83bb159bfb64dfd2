package main

import (
	"errors"
	"io"
	"io/fs"
	"net"
	"os"
	"runtime"
	"strings"
	"syscall"
	"testing"
)

// A port that cannot be had has a remedy that does not take away what other flags ask for.
func TestExplainAddr(t *testing.T) {
	setcap := "user that may"
	if runtime.GOOS == "linux" {
		setcap = "setcap cap_net_bind_service=+ep /"
	}
	for name, c := range map[string]struct {
		domains    []string
		flag, addr string
		errno      syscall.Errno
		want, not  []string
	}{
		"taken":                     {nil, addrFlag, ":3000", syscall.EADDRINUSE, []string{"another program", "stop it", "caucus -addr :3001"}, nil},
		"taken, with ACME":          {[]string{"a.example"}, addrFlag, ":443", syscall.EADDRINUSE, []string{"stop it", "-acme needs port 443"}, []string{"-addr"}},
		"taken, ACME elsewhere":     {[]string{"a.example"}, addrFlag, ":8443", syscall.EADDRINUSE, []string{"stop it", "-addr :8444"}, nil},
		"taken, for the redirect":   {[]string{"a.example"}, httpAddrFlag, ":80", syscall.EADDRINUSE, []string{"stop it", `-http-addr=""`}, []string{"-addr "}},
		"no right":                  {nil, addrFlag, ":80", syscall.EACCES, []string{setcap, "above 1023 with -addr"}, nil},
		"no right, with ACME":       {[]string{"a.example"}, addrFlag, ":443", syscall.EACCES, []string{setcap}, []string{"1023"}},
		"no right, host, with ACME": {[]string{"a.example"}, addrFlag, "192.0.2.1:443", syscall.EACCES, []string{setcap}, []string{"1023"}},
		"no right to redirect":      {nil, httpAddrFlag, ":80", syscall.EACCES, []string{setcap, "above 1023 with -http-addr"}, nil},
		"no right, ACME's redirect": {[]string{"a.example"}, httpAddrFlag, ":80", syscall.EACCES, []string{setcap}, []string{"1023"}},
		"another":                   {nil, addrFlag, "nonsense", syscall.EINVAL, []string{"invalid argument", "choose another address with -addr"}, nil},
	} {
		failed := &net.OpError{Op: "listen", Net: "tcp", Err: os.NewSyscallError("bind", c.errno)}
		says := (&encryption{domains: c.domains}).explainAddr(c.flag, c.addr, failed).Error()
		for _, want := range c.want {
			if !strings.Contains(says, want) {
				t.Errorf("%s: %q is not in: %s", name, want, says)
			}
		}
		for _, not := range c.not {
			if strings.Contains(says, not) {
				t.Errorf("%s: %q is in: %s", name, not, says)
			}
		}
	}
}

// The port of the redirect that is taken has a remedy, and without it the rest works.
func TestRedirectPortIsTaken(t *testing.T) {
	t.Parallel()
	taken, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer taken.Close()
	args := []string{"-addr", "127.0.0.1:0", "-data", t.TempDir(), "-acme", "polls.example", "-http-addr", taken.Addr().String()}
	if err := run(t.Context(), args, env(), nil, io.Discard, io.Discard); err == nil || !strings.Contains(err.Error(), `stop it, or start with -http-addr=""`) {
		t.Error(err)
	}
	start(t, env(), "-data", t.TempDir(), "-acme", "polls.example", "-http-addr", "").end()
}

// A secret that only root can read has a remedy; anything else about it does not change.
func TestExplainSecret(t *testing.T) {
	denied := &fs.PathError{Op: "open", Path: "key.pem", Err: syscall.EACCES}
	if says := explainSecret(denied).Error(); !strings.Contains(says, "LoadCredential=") || !strings.Contains(says, "key.pem") {
		t.Error(says)
	}
	if missing := (&fs.PathError{Op: "open", Path: "key.pem", Err: syscall.ENOENT}); !errors.Is(explainSecret(missing), missing) || strings.Contains(explainSecret(missing).Error(), "Load") {
		t.Error(explainSecret(missing))
	}
}

func TestNextPort(t *testing.T) {
	for addr, want := range map[string]string{
		":3000": ":3001", "127.0.0.1:80": "127.0.0.1:81", "[::1]:3000": "[::1]:3001", ":65535": ":3001", ":http": ":3001", "nonsense": ":3001",
	} {
		if got := nextPort(addr); got != want {
			t.Errorf("%s: %s, not %s", addr, got, want)
		}
	}
}
