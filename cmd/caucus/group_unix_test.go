//go:build unix

package main

import (
	"os/exec"
	"syscall"
)

// ownGroup has a command, and what it starts, be a group of processes.
func ownGroup(cmd *exec.Cmd) { cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true} }

// endGroup sends the group a signal; one that is gone needs none.
func endGroup(cmd *exec.Cmd, signal syscall.Signal) { _ = syscall.Kill(-cmd.Process.Pid, signal) }
