package main

import (
	"bufio"
	"context"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"testing"
	"time"
)

// A test that is killed, or that panics because its time is over, leaves no server behind.
func TestServerEndsWithItsParent(t *testing.T) {
	t.Parallel()
	cmd := exec.CommandContext(t.Context(), os.Args[0], t.TempDir())
	cmd.Env = append(os.Environ(), actAsCaucus+"="+actAsParent)
	if _, err := cmd.StdinPipe(); err != nil {
		t.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	var url string
	line, _ := bufio.NewReader(out).ReadString('\n')
	if _, err := fmt.Sscan(line, &url); err != nil {
		t.Fatalf("%q: %v", line, err)
	}
	if status, _ := get(t, url+"/healthz"); status != http.StatusOK {
		t.Fatalf("status %d", status)
	}
	_ = cmd.Process.Kill() // it cannot be gone
	_ = cmd.Wait()         // says that it was killed
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	again := time.NewTicker(10 * time.Millisecond)
	defer again.Stop()
	defer http.DefaultClient.CloseIdleConnections()
	for {
		if _, err := fetch(ctx, url+"/healthz"); err != nil && ctx.Err() == nil {
			return
		}
		select {
		case <-again.C:
		case <-ctx.Done():
			t.Fatal("the server outlives its parent")
		}
	}
}
