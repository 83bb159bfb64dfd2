package main

import (
	"fmt"
	"os"
	"strconv"
	"strings"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

// cpuOf is the processor time that a process has used, user and system, its
// finished threads included.
func cpuOf(pid int) (time.Duration, error) {
	const scheduler = 2 // the clock of what the process has run, to the nanosecond
	clock := int32(^pid)<<3 | scheduler
	var used unix.Timespec
	if err := unix.ClockGettime(clock, &used); err != nil {
		return 0, fmt.Errorf("read the processor time of a process: %w", err)
	}
	return time.Duration(used.Nano()), nil
}

// memory reads a figure such as VmRSS or VmHWM (the peak) of the process, in bytes.
func (p *process) memory(field string) (int64, error) {
	raw, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", p.cmd.Process.Pid))
	if err != nil {
		return 0, fmt.Errorf("the server is gone: %w", err)
	}
	for line := range strings.Lines(string(raw)) {
		if value, found := strings.CutPrefix(line, field+":"); found {
			kib, err := strconv.ParseInt(strings.TrimSpace(strings.TrimSuffix(strings.TrimSpace(value), "kB")), 10, 64)
			if err != nil {
				return 0, fmt.Errorf("read %s: %w", field, err)
			}
			return kib << 10, nil
		}
	}
	return 0, fmt.Errorf("the system does not tell %s", field)
}

func raiseFileLimit() error {
	var limit syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_NOFILE, &limit); err != nil {
		return fmt.Errorf("read the limit of open files: %w", err)
	}
	limit.Cur = limit.Max
	if err := syscall.Setrlimit(syscall.RLIMIT_NOFILE, &limit); err != nil {
		return fmt.Errorf("raise the limit of open files: %w", err)
	}
	const need = 11_000
	if limit.Cur < need {
		return fmt.Errorf("the limit of open files is %d, and 10,000 connections need %d: raise it with ulimit -n", limit.Cur, need)
	}
	return nil
}
