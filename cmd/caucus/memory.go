package main

import (
	"os"
	"runtime/debug"
)

// saveMemory has garbage collected twice as often as by default, unless the operator
// has set GOGC. What a server holds is mostly its connections, and collecting them
// takes little time; with 10,000 people who vote it takes a third less memory.
func saveMemory() {
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(50) // the default is 100
	}
}
