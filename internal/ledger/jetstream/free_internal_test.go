package jetstream

import (
	"runtime"
	"testing"
)

// What is left of a disk is known where the data are on this machine's.
func TestFree(t *testing.T) {
	if bytes, known := new(Ledger).Free(); known {
		t.Errorf("%d bytes are left elsewhere", bytes)
	}
	here := &Ledger{opts: Options{Dir: t.TempDir()}}
	bytes, known := here.Free()
	if wanted := runtime.GOOS == "linux" || runtime.GOOS == "darwin"; known != wanted || known && bytes <= 0 {
		t.Errorf("%d bytes are left here, known: %t", bytes, known)
	}
}
