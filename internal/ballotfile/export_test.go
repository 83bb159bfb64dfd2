package ballotfile

// For tests of what is written.
var (
	TextOf  = textOf
	NameKey = nameKey
)

// ReadAtMost is how archives are read, with another bound.
var ReadAtMost = readAtMost
