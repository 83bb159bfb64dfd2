package load

import (
	"os/exec"
	"syscall"
)

// endWithParent has the system kill a command when the thread that starts it is gone:
// a test that is given up leaves no server behind.
func endWithParent(cmd *exec.Cmd) { cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL} }
