package httpd

import (
	"context"
	"net/http"
	"net/netip"
	"sync"
	"time"

	"github.com/caucus-live/caucus/internal/poll"
)

// A documentKey names what a closed poll looks like in some form. After the close little
// happens to a poll; when something does, it is encoded again.
type documentKey struct {
	poll, form string
	version    uint64
}

// documents are big responses that are the same for all who ask: the results of closed
// polls, and their exports. Each is encoded once, one at a time, so that one processor at
// most is busy with it, and sent to everybody from the same bytes.
type documents struct {
	encoding chan struct{} // holds a token while one is encoded

	mu         sync.Mutex // guards the fields below
	big, small shelf
	readers    map[netip.Addr]map[*document]int // how often each address is being sent each
}

// A shelf keeps documents of about one size, so that big ones that slow readers hold never
// leave small ones without room. Of its limit one poll may have a part and the readers of
// one address may hold a part, or a single document that is bigger.
type shelf struct {
	limit int // bytes of all that are kept or being sent
	kept  map[documentKey]*document
	bytes int
}

// The shares of a shelf, and what is on the small one.
const (
	pollDocuments    = 4   // a fourth for one poll
	addressDocuments = 2   // half for one address
	smallDocuments   = 8   // an eighth of the limit is for small documents,
	smallDocument    = 512 // of at most a 512th of it each
)

type document struct {
	key   documentKey
	shelf *shelf
	file  *file
	users int       // that are being sent it
	used  time.Time // last
}

func newDocuments(limit int) *documents {
	small := limit / smallDocuments
	return &documents{
		encoding: make(chan struct{}, 1),
		big:      shelf{limit: limit - small, kept: map[documentKey]*document{}},
		small:    shelf{limit: small, kept: map[documentKey]*document{}},
		readers:  map[netip.Addr]map[*document]int{},
	}
}

// errCrowdedDocuments says that slow readers hold all the memory there is for documents.
var errCrowdedDocuments = &problem{
	status: http.StatusServiceUnavailable,
	why:    poll.Problems{crowdedDownloads.Refuse()},
	wait:   comeBackWithin,
}

// begin waits for the turn to encode; the caller calls end afterwards.
func (d *documents) begin(ctx context.Context) (end func(), err error) {
	select {
	case d.encoding <- struct{}{}:
		return func() { <-d.encoding }, nil
	case <-ctx.Done():
		return nil, context.Cause(ctx)
	}
}

// take returns a document for somebody at an address, or nil. The caller calls done when it
// was sent.
func (d *documents) take(key documentKey, from netip.Addr) (f *file, done func(), err error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	for _, on := range []*shelf{&d.small, &d.big} {
		if doc := on.kept[key]; doc != nil {
			done, err = d.useLocked(doc, from)
			return doc.file, done, err
		}
	}
	return nil, nil, nil
}

// put keeps a document, for which others are forgotten that nobody uses and that were
// used the longest ago, and takes it.
func (d *documents) put(key documentKey, f *file, from netip.Addr) (done func(), err error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	on := &d.big
	if f.size() <= d.big.limit/smallDocument {
		on = &d.small
	}
	doc := &document{key: key, shelf: on, file: f}
	if !d.mayHoldLocked(doc, from) || !on.makeRoom(doc) {
		return nil, errCrowdedDocuments
	}
	on.kept[key] = doc
	on.bytes += f.size()
	return d.useLocked(doc, from)
}

func (d *documents) useLocked(doc *document, from netip.Addr) (done func(), err error) {
	if !d.mayHoldLocked(doc, from) {
		return nil, errCrowdedDocuments
	}
	if d.readers[from] == nil {
		d.readers[from] = map[*document]int{}
	}
	d.readers[from][doc]++
	doc.users++
	doc.used = time.Now()
	return func() { d.leave(doc, from) }, nil
}

func (d *documents) leave(doc *document, from netip.Addr) {
	d.mu.Lock()
	defer d.mu.Unlock()
	doc.users--
	if decrease(d.readers[from], doc); len(d.readers[from]) == 0 {
		delete(d.readers, from)
	}
}

// mayHoldLocked reports whether the share of an address has room for a document, which is
// counted once however many there are sent it.
func (d *documents) mayHoldLocked(doc *document, from netip.Addr) bool {
	held := 0
	for other := range d.readers[from] {
		if other == doc {
			return true
		}
		if other.shelf == doc.shelf {
			held += other.file.size()
		}
	}
	return held == 0 || held+doc.file.size() <= doc.shelf.limit/addressDocuments
}

// makeRoom forgets what nobody uses until there is room for a document, and reports whether
// there is.
func (on *shelf) makeRoom(doc *document) bool {
	ofPoll := func(key documentKey) bool { return key.poll == doc.key.poll }
	for {
		of, which := 0, func(documentKey) bool { return true }
		for key, other := range on.kept {
			if ofPoll(key) {
				of += other.file.size()
			}
		}
		switch size := doc.file.size(); {
		case of > 0 && of+size > on.limit/pollDocuments:
			which = ofPoll
		case on.bytes == 0 || on.bytes+size <= on.limit:
			return true
		}
		if !on.forget(which) {
			return false
		}
	}
}

// forget forgets the document that was used the longest ago, of those that nobody uses.
func (on *shelf) forget(which func(documentKey) bool) bool {
	var found *document
	for key, doc := range on.kept {
		if doc.users == 0 && which(key) && (found == nil || doc.used.Before(found.used)) {
			found = doc
		}
	}
	if found == nil {
		return false
	}
	on.bytes -= found.file.size()
	delete(on.kept, found.key)
	return true
}
