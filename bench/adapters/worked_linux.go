package main

import (
	"fmt"
	"time"

	"golang.org/x/sys/unix"
)

// worked is the processor time that it has taken.
func (p *process) worked() (time.Duration, error) {
	const scheduler = 2 // the clock of what the process has run, to the nanosecond
	var used unix.Timespec
	if err := unix.ClockGettime(int32(^p.cmd.Process.Pid)<<3|scheduler, &used); err != nil {
		return 0, fmt.Errorf("read the processor time of a process: %w", err)
	}
	return time.Duration(used.Nano()), nil
}
