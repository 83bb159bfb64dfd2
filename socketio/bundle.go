package socketio

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"io/fs"
	"net/http"
	"path"
	"regexp"
	"strings"
	"sync"
	"time"
)

// A bundle serves the files of the JavaScript client.
type bundle struct {
	files fs.FS
	cache sync.Map // name → *bundleFile
}

type bundleFile struct {
	plain, zipped []byte
	etag          string
}

var bundleName = regexp.MustCompile(`^socket\.io(\.esm|\.msgpack)?(\.min)?\.js(\.map)?$`)

// serve answers a request for a file of the client. It returns false if the
// request is for something else.
func (b *bundle) serve(w http.ResponseWriter, r *http.Request) bool {
	name := path.Base(r.URL.Path)
	if !bundleName.MatchString(name) || r.Method != http.MethodGet && r.Method != http.MethodHead {
		return false
	}
	f, err := b.open(name)
	if err != nil {
		http.NotFound(w, r)
		return true
	}
	h := w.Header()
	h.Set("Cache-Control", "public, max-age=0")
	h.Set("ETag", f.etag)
	h.Set("Vary", "Accept-Encoding")
	h.Set("Content-Type", "application/javascript; charset=utf-8")
	if strings.HasSuffix(name, ".map") {
		h.Set("Content-Type", "application/json")
	}
	body := f.plain
	if strings.Contains(r.Header.Get("Accept-Encoding"), "gzip") && r.Header.Get("Range") == "" {
		h.Set("Content-Encoding", "gzip")
		body = f.zipped
	}
	http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(body))
	return true
}

// open reads a file, and compresses it, once.
func (b *bundle) open(name string) (*bundleFile, error) {
	if f, ok := b.cache.Load(name); ok {
		return f.(*bundleFile), nil //nolint:errcheck // nothing else is stored
	}
	plain, err := fs.ReadFile(b.files, name)
	if err != nil {
		return nil, err
	}
	sum := sha256.Sum256(plain)
	var zipped bytes.Buffer
	z := gzip.NewWriter(&zipped)
	if _, err := z.Write(plain); err != nil {
		return nil, err
	}
	if err := z.Close(); err != nil {
		return nil, err
	}
	f := &bundleFile{plain, zipped.Bytes(), `W/"` + hex.EncodeToString(sum[:8]) + `"`}
	b.cache.Store(name, f)
	return f, nil
}
