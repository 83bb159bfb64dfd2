//go:build !linux

package main

import (
	"errors"
	"time"
)

var errLinux = errors.New("bench: what a process costs is measured on Linux only")

func cpuOf(int) (time.Duration, error) { return 0, errLinux }

func (p *process) memory(string) (int64, error) { return 0, errLinux }

func raiseFileLimit() error { return errLinux }
