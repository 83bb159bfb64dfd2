package httpd

import (
	"bytes"
	"html"
	"sync/atomic"
)

// baseTag is what the page has where it says what relative addresses start from.
const baseTag = `<base href="/" />`

// An index is the page, which differs with the path that it is served under.
type index struct {
	source []byte
	latest atomic.Pointer[basedFile] // most servers have one path
}

type basedFile struct {
	base string
	file *file
}

// under returns the page for a base path.
func (i *index) under(base string) *file {
	if latest := i.latest.Load(); latest != nil && latest.base == base {
		return latest.file
	}
	tag := `<base href="` + html.EscapeString(base) + `/" />`
	f := newFile("index.html", bytes.Replace(i.source, []byte(baseTag), []byte(tag), 1))
	i.latest.Store(&basedFile{base, f})
	return f
}
