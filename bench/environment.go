package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"strings"
)

// environment says what the figures were measured on, and of.
func environment(ctx context.Context) string {
	commit := said(ctx, "git", "rev-parse", "--short", "HEAD")
	if said(ctx, "git", "status", "--porcelain", "socketio", "bench") != "" {
		commit += " with changes"
	}
	return fmt.Sprintf("Commit %s, %s, Node %s, Bun %s, Linux %s, %d processors (%s)",
		commit, runtime.Version(), said(ctx, "node", "--version"), said(ctx, bunProgram, "--version"), said(ctx, "uname", "-r"), runtime.NumCPU(), processor())
}

// said returns what a command printed.
func said(ctx context.Context, name string, args ...string) string {
	out, err := exec.CommandContext(ctx, name, args...).Output()
	if err != nil {
		return "unknown"
	}
	return strings.TrimSpace(string(out))
}

func processor() string {
	raw, _ := os.ReadFile("/proc/cpuinfo") // without it, it is unknown
	for line := range strings.Lines(string(raw)) {
		if name, ok := strings.CutPrefix(line, "model name"); ok {
			return strings.Trim(name, " \t:\n")
		}
	}
	return "unknown"
}

// loadAverage is that of the last minute.
func loadAverage() string {
	raw, _ := os.ReadFile("/proc/loadavg") // without it, it is unknown
	load, _, _ := strings.Cut(string(raw), " ")
	return load
}
