package httpd

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"io/fs"
	"mime"
	"net/http"
	"path"
	"strings"
	"sync"
	"time"

	"github.com/caucus-live/caucus/internal/webpage"
)

// A file is one of the web client's, ready to be sent.
type file struct {
	name  string
	kind  string // the media type
	cache string // the Cache-Control
	etag  string

	disposition string // the Content-Disposition; "" for none

	plain  []byte
	zipped func() []byte // compresses once; nil where that would not make it smaller
}

// A website is the built web client.
type website struct {
	files map[string]*file
	index *index
}

// loadWebsite reads the web client, which is small. Each file is compressed when it is
// first asked for. A nil web, or one without an index.html, was not built.
func loadWebsite(web fs.FS) (*website, error) {
	site := &website{files: map[string]*file{}}
	if web != nil {
		if err := fs.WalkDir(web, ".", site.load(web)); err != nil {
			return nil, fmt.Errorf("httpd: load the web client: %w", err)
		}
	}
	if site.files["index.html"] == nil {
		web = nil
	}
	client, err := webpage.New(web)
	if err != nil {
		return nil, fmt.Errorf("httpd: load the web client: %w", err)
	}
	site.index = newIndex(client)
	return site, nil
}

func (site *website) load(web fs.FS) fs.WalkDirFunc {
	return func(name string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if entry.IsDir() {
			if strings.HasPrefix(path.Base(name), ".") && name != "." {
				return fs.SkipDir // what the build tells the server
			}
			return nil
		}
		data, err := fs.ReadFile(web, name)
		if err != nil {
			return err
		}
		site.files[name] = newFile(name, data)
		return nil
	}
}

func newFile(name string, data []byte) *file {
	f := newTagged(name, mediaType(name), data, gzip.BestCompression)
	if strings.HasPrefix(name, "assets/") { // where the build puts what it names after its content
		f.cache = "public, max-age=31536000, immutable"
	}
	return f
}

// newDocument is newFile for what is made while people wait, and compressed at once.
func newDocument(name, kind string, data []byte) *file {
	f := newTagged(name, kind, data, gzip.BestSpeed)
	f.zipped()
	return f
}

func newTagged(name, kind string, data []byte, level int) *file {
	sum := sha256.Sum256(data)
	return &file{
		name:   name,
		kind:   kind,
		cache:  "no-cache",
		etag:   base64.RawURLEncoding.EncodeToString(sum[:12]),
		plain:  data,
		zipped: sync.OnceValue(func() []byte { return zip(data, level) }),
	}
}

func (f *file) size() int { return len(f.plain) + len(f.zipped()) }

// mediaType does not ask the machine's own tables for the types that matter: a
// wrong one there would break the page, since browsers are told not to guess.
func mediaType(name string) string {
	switch ext := path.Ext(name); ext {
	case ".html":
		return "text/html; charset=utf-8"
	case ".js":
		return "text/javascript; charset=utf-8"
	case ".css":
		return "text/css; charset=utf-8"
	case ".svg":
		return "image/svg+xml"
	case ".woff2":
		return "font/woff2"
	case ".webmanifest":
		return "application/manifest+json"
	default:
		if kind := mime.TypeByExtension(ext); kind != "" {
			return kind
		}
		return "application/octet-stream"
	}
}

func zip(data []byte, level int) []byte {
	var b bytes.Buffer
	w, _ := gzip.NewWriterLevel(&b, level) // the level is valid, and a Buffer takes everything
	_, _ = w.Write(data)
	_ = w.Close()
	if b.Len() >= len(data)*9/10 {
		return nil
	}
	return bytes.Clone(b.Bytes()) // without the buffer's spare room
}

// pages sends files by their path and the page for the paths that the client routes
// itself. Any other path of a person gets the page too, which says that there is
// nothing, with status 404.
func (s *Server) pages(site *website) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		name := strings.TrimPrefix(r.URL.Path, "/")
		if name == "docs" {
			name = "docs.html"
		}
		f := site.files[name]
		switch {
		case isPage(r.URL.Path) || name == "index.html":
			w.Header().Add("Vary", "Accept-Language")
			s.pageOf(site, r).send(w, r)
		case f != nil:
			f.send(w, r)
		case strings.Contains(r.Header.Get("Accept"), "text/html"):
			s.pageOf(site, r).sendNotFound(w)
		default:
			writeProblem(w, refuse(http.StatusNotFound, nothingHere.Refuse()))
		}
	})
}

// isPage says whether the client has a page for a path.
func isPage(p string) bool {
	return p == "/" || p == "/create" || isOfPoll(p, ofPoll) || isOfPoll(p, "/present/") || isEmbed(p)
}

// isEmbed says whether a path is that of a result for other sites to frame.
func isEmbed(p string) bool { return isOfPoll(p, "/embed/") }

// isOfPoll says whether a path is a prefix and a poll's code.
func isOfPoll(p, prefix string) bool {
	code, ok := strings.CutPrefix(p, prefix)
	return ok && code != "" && !strings.Contains(code, "/")
}

func (f *file) send(w http.ResponseWriter, r *http.Request) {
	h := w.Header()
	body, tag := f.plain, f.etag
	if zipped := f.zipped(); zipped != nil {
		h.Add("Vary", "Accept-Encoding")
		if acceptsGzip(r) {
			body, tag = zipped, f.etag+"-gzip"
			h.Set("Content-Encoding", "gzip")
		}
	}
	h.Set("Content-Type", f.kind)
	h.Set("Cache-Control", f.cache)
	h.Set("ETag", `"`+tag+`"`)
	if f.disposition != "" {
		h.Set("Content-Disposition", f.disposition)
	}
	http.ServeContent(w, r, f.name, time.Time{}, bytes.NewReader(body))
}

func (f *file) sendNotFound(w http.ResponseWriter) {
	w.Header().Set("Content-Type", f.kind)
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(http.StatusNotFound)
	_, _ = w.Write(f.plain) // a client that is gone needs no answer
}

// acceptsGzip is simpler than the grammar: no browser says "gzip;q=0".
func acceptsGzip(r *http.Request) bool {
	return strings.Contains(r.Header.Get("Accept-Encoding"), "gzip")
}
