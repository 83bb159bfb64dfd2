package main

import "os/exec"

// together does nothing here: what a test starts is not found again.
func together(*exec.Cmd) {}

func end(*exec.Cmd) {}
