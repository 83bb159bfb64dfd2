package live

import "errors"

var (
	// ErrNotFound says that there is no such poll: it was never made, it was
	// cancelled, or its time is over.
	ErrNotFound = errors.New("live: no such poll")

	// ErrForbidden says that the admin removed this person from the poll.
	ErrForbidden = errors.New("live: removed from the poll")

	// ErrClosed says that the registry was shut down before the call could be
	// carried out.
	ErrClosed = errors.New("live: shut down")

	// errAstray says that the ledger took entries which then were not in the log.
	errAstray = errors.New("live: the entries are not in the log")

	// errPanic says that the program failed in a turn, and the room has ended.
	errPanic = errors.New("live: a panic")
)
