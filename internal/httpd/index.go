package httpd

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/caucus-live/caucus/internal/live"
	"github.com/caucus-live/caucus/internal/poll"
	"github.com/caucus-live/caucus/internal/webpage"
)

const (
	// pageLife is how old the figures on a poll's page may be: a crowd that follows one link is
	// sent the same page.
	pageLife = time.Second

	// introduction bounds how long a page waits for what it says of its poll. Without it the
	// client asks.
	introduction = 500 * time.Millisecond

	maxPages = 256 // kept; their addresses are for strangers to choose
)

// An index is the page of the client, which differs with its address and with the language of
// whoever asks.
type index struct {
	client *webpage.Client

	mu    sync.Mutex // guards pages
	pages map[webpage.Page]agedPage
}

func newIndex(client *webpage.Client) *index {
	return &index{client: client, pages: map[webpage.Page]agedPage{}}
}

type agedPage struct {
	file *file
	made time.Time
}

// policy is the Content-Security-Policy of the page and its files, but for frame-ancestors.
func (i *index) policy() string {
	return "default-src 'none'; script-src 'self'; " + i.client.StylePolicy() + "; img-src 'self' data:; " +
		"font-src 'self'; connect-src 'self'; manifest-src 'self'; " +
		"base-uri 'self'; form-action 'self'; "
}

// kept returns a page that was made a moment ago, or nil.
func (i *index) kept(p webpage.Page) *file {
	i.mu.Lock()
	defer i.mu.Unlock()
	if page, ok := i.pages[p]; ok && time.Since(page.made) < pageLife {
		return page.file
	}
	return nil
}

// made returns a page as full says it, which is kept as p.
func (i *index) made(p, full webpage.Page) *file {
	if f := i.kept(p); f != nil {
		return f
	}
	f := newDocument("index.html", mediaType("index.html"), i.client.Render(full))
	i.mu.Lock()
	defer i.mu.Unlock()
	if len(i.pages) >= maxPages {
		clear(i.pages)
	}
	i.pages[p] = agedPage{f, time.Now()}
	return f
}

// pageOf returns the page that a request asks for.
func (s *Server) pageOf(site *website, r *http.Request) *file {
	place := s.placeOf(r)
	p := webpage.Page{
		Home:   s.shared(place),
		Base:   place.base,
		Path:   kindOf(r.URL.Path),
		Locale: webpage.PreferredLocale(r.Header.Get("Accept-Language")),
	}
	code, ok := strings.CutPrefix(r.URL.Path, ofPoll)
	if !ok {
		return site.index.made(p, p)
	}
	ofThis := p
	ofThis.Path += code
	if f := site.index.kept(ofThis); f != nil {
		return f
	}
	if p.Poll = s.introduce(r, code); p.Poll.Summary == nil {
		return site.index.made(p, p) // the same for all codes: whoever tries them fills nothing
	}
	full := ofThis
	full.Poll = p.Poll
	return site.index.made(ofThis, full)
}

// ofPoll is where the pages of polls are.
const ofPoll = "/p/"

// kindOf returns a path without a poll's code, "" for one that the client has no page for.
func kindOf(path string) string {
	if !isPage(path) {
		return ""
	}
	if second := strings.LastIndexByte(path, '/'); second > 0 {
		return path[:second+1]
	}
	return path
}

// introduce returns what the page of a poll shows at once, and what everyone who asks
// may see. A room that is locked is introduced to nobody: a link to it may be anywhere.
func (s *Server) introduce(r *http.Request, code string) (p webpage.Poll) {
	ctx, cancel := context.WithTimeout(r.Context(), introduction)
	defer cancel()
	r = r.WithContext(ctx)
	r.SetPathValue("id", code)
	err := s.read(r, func(v live.View) {
		if v.State().Phase() != poll.Closed && v.State().Document().RoomLocked {
			return
		}
		summary := v.State().Summary()
		p.Summary = &summary
	})
	p.Missing = errors.Is(err, live.ErrNotFound)
	return p
}
