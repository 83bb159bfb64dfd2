package main

import (
	"net"
	"net/http"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"
)

// systemd hears when the server is ready, again and again that it lives, and that it stops.
func TestSupervisor(t *testing.T) {
	socket := filepath.Join(t.TempDir(), "notify")
	conn, err := net.ListenUnixgram("unixgram", &net.UnixAddr{Name: socket, Net: "unixgram"})
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	if err := conn.SetReadDeadline(time.Now().Add(30 * time.Second)); err != nil {
		t.Fatal(err)
	}
	hear := func() string {
		buf := make([]byte, 100)
		n, err := conn.Read(buf)
		if err != nil {
			t.Fatal(err)
		}
		return string(buf[:n])
	}
	p := start(t, env("NOTIFY_SOCKET", socket, "WATCHDOG_USEC", strconv.Itoa(60_000)), "-data", t.TempDir())
	for i, want := range []string{"READY=1", "WATCHDOG=1", "WATCHDOG=1"} {
		if got := hear(); got != want {
			t.Errorf("%d: %s, want %s", i, got, want)
		}
	}
	p.end()
	for got := ""; got != "STOPPING=1"; got = hear() {
		if got != "" && got != "WATCHDOG=1" {
			t.Error(got)
		}
	}
}

// A server that does not answer is not said to live; systemd then starts it again.
func TestAliveNeedsAnAnswer(t *testing.T) {
	for status, want := range map[int]bool{http.StatusOK: true, http.StatusServiceUnavailable: false} {
		h := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(status) })
		if got := alive(t.Context(), h, time.Minute); got != want {
			t.Errorf("%d: %v", status, got)
		}
	}
	late := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		<-r.Context().Done()
		w.WriteHeader(http.StatusOK)
	})
	if alive(t.Context(), late, time.Millisecond) {
		t.Error("it was late")
	}
}

func TestWatchdogOfAnotherProcess(t *testing.T) {
	if s := newSupervisor(env("WATCHDOG_USEC", "1000000", "WATCHDOG_PID", "1")); s.watchdog != 0 {
		t.Error(s)
	}
	if s := newSupervisor(env()); s.socket != "" || s.watchdog != 0 {
		t.Error(s)
	}
	newSupervisor(env()).tell(strings.Repeat("x", 10)) // nobody
}
