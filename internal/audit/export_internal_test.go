package audit

// ReadAtMost is Read with another bound, and Difference what the results of an export and of a recount are compared by.
var (
	ReadAtMost = readAtMost
	Difference = difference
)
