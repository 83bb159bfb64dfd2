package httpd

import (
	"context"
	"net/http"
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
	limit    int           // bytes of all that are kept or being sent; a bigger one can be alone
	encoding chan struct{} // holds a token while one is encoded

	mu    sync.Mutex // guards the fields below
	kept  map[documentKey]*document
	bytes int
}

type document struct {
	file  *file
	users int       // that are being sent it
	used  time.Time // last
}

func newDocuments(limit int) *documents {
	return &documents{limit: limit, encoding: make(chan struct{}, 1), kept: map[documentKey]*document{}}
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

// take returns a document, or nil. The caller calls done when it was sent.
func (d *documents) take(key documentKey) (f *file, done func()) {
	d.mu.Lock()
	defer d.mu.Unlock()
	doc := d.kept[key]
	if doc == nil {
		return nil, nil
	}
	return doc.file, d.useLocked(doc)
}

// put keeps a document, for which others are forgotten that nobody uses and that were
// used the longest ago, and takes it.
func (d *documents) put(key documentKey, f *file) (done func(), err error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	for d.bytes > 0 && d.bytes+f.size() > d.limit {
		if !d.forgetLocked() {
			return nil, errCrowdedDocuments
		}
	}
	doc := &document{file: f}
	d.kept[key] = doc
	d.bytes += f.size()
	return d.useLocked(doc), nil
}

func (d *documents) useLocked(doc *document) (done func()) {
	doc.users++
	doc.used = time.Now()
	return func() {
		d.mu.Lock()
		defer d.mu.Unlock()
		doc.users--
	}
}

// forgetLocked forgets a document, if there is one that nobody uses.
func (d *documents) forgetLocked() bool {
	var oldest documentKey
	var found *document
	for key, doc := range d.kept {
		if doc.users == 0 && (found == nil || doc.used.Before(found.used)) {
			oldest, found = key, doc
		}
	}
	if found == nil {
		return false
	}
	d.bytes -= found.file.size()
	delete(d.kept, oldest)
	return true
}
