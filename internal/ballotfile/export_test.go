package ballotfile

// For tests of what is written.
var (
	TextOf  = textOf
	NameKey = nameKey
)
