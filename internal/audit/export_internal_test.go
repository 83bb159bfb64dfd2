package audit

// ReadAtMost is Read with another bound.
var ReadAtMost = readAtMost
