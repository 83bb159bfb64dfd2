package httpd

import "sync"

// loans are the views of the base contract that answers are being sent from. Each is in memory
// once, however many answers have it; but a poll changes, and clients that do not read would
// keep one for each of its versions. So those that are under way have a limit together. Beyond
// it the oldest of the poll that has the most gives way: its answers are cut off.
type loans struct {
	limit int // bytes

	mu    sync.Mutex // guards the fields below
	lent  map[*baseEncoding]*loan
	bytes int    // of all that are lent
	count uint64 // of all that ever were
}

// A loan is a view that some answers have.
type loan struct {
	poll    string
	since   uint64
	readers map[*reader]bool
}

// A reader is an answer under way.
type reader struct {
	cut func() // has it fail
}

func newLoans(limit int) *loans {
	return &loans{limit: limit, lent: map[*baseEncoding]*loan{}}
}

// lend notes that an answer has a view of a poll until done is called, or cut was. It calls
// cut at most once, and not after done.
func (l *loans) lend(poll string, view *baseEncoding, cut func()) (done func()) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.lent[view] == nil {
		l.count++
		l.lent[view] = &loan{poll, l.count, map[*reader]bool{}}
		l.bytes += view.size
	}
	r := &reader{cut}
	l.lent[view].readers[r] = true
	for l.bytes > l.limit && len(l.lent) > 1 {
		l.callInLocked(view)
	}
	return func() { l.giveBack(view, r) }
}

func (l *loans) giveBack(view *baseEncoding, r *reader) {
	l.mu.Lock()
	defer l.mu.Unlock()
	it := l.lent[view]
	if it == nil || !it.readers[r] {
		return // it was called in
	}
	if delete(it.readers, r); len(it.readers) == 0 {
		l.endLocked(view)
	}
}

// callInLocked ends the oldest loan, other than the newest, of the poll that has the most.
func (l *loans) callInLocked(newest *baseEncoding) {
	polls, fullest := map[string]int{}, ""
	for view, it := range l.lent {
		if view != newest {
			polls[it.poll] += view.size
		}
	}
	for poll, bytes := range polls {
		if bytes > polls[fullest] || bytes == polls[fullest] && poll < fullest {
			fullest = poll
		}
	}
	var oldest *baseEncoding
	for view, it := range l.lent {
		if view != newest && it.poll == fullest && (oldest == nil || it.since < l.lent[oldest].since) {
			oldest = view
		}
	}
	for r := range l.lent[oldest].readers {
		r.cut()
	}
	l.endLocked(oldest)
}

func (l *loans) endLocked(view *baseEncoding) {
	l.bytes -= view.size
	delete(l.lent, view)
}
