package main

import "runtime/debug"

// saveMemory has garbage collected twice as often as by default, unless the operator
// has set GOGC. What a server holds is mostly its connections, and collecting them
// takes little time; with 10,000 people who vote it takes a third less memory.
func saveMemory() {
	const usual = 100
	if was := debug.SetGCPercent(usual / 2); was != usual {
		debug.SetGCPercent(was)
	}
}
