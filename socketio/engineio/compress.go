package engineio

import (
	"bytes"
	"compress/gzip"
	"compress/zlib"
	"io"
	"net/http"
	"strconv"
	"strings"
	"sync"
)

// acceptedEncoding returns "gzip", "deflate" or, if the client takes neither, "".
func acceptedEncoding(fields []string) string {
	accepted := map[string]bool{}
	for _, field := range fields {
		for item := range strings.SplitSeq(field, ",") {
			name, params, _ := strings.Cut(item, ";")
			_, q, _ := strings.Cut(params, "=")
			weight, err := strconv.ParseFloat(strings.TrimSpace(q), 64)
			accepted[strings.ToLower(strings.TrimSpace(name))] = err != nil || weight > 0
		}
	}
	for _, name := range []string{"gzip", "deflate"} {
		if ok, named := accepted[name]; ok || !named && accepted["*"] {
			return name
		}
	}
	return ""
}

// A bodyCompressor is big, and so reused.
type bodyCompressor interface {
	io.WriteCloser
	Reset(w io.Writer)
}

// compressors by the name of their encoding. HTTP calls zlib's format deflate.
var compressors = map[string]*sync.Pool{
	"gzip":    {New: func() any { return gzip.NewWriter(nil) }},
	"deflate": {New: func() any { return zlib.NewWriter(nil) }},
}

// compressedElsewhere reports whether middleware around the server has announced that it
// compresses the response. Compressed twice, it would be of no use to the client.
func compressedElsewhere(h http.Header) bool {
	if h.Get("Content-Encoding") != "" {
		return true
	}
	for _, field := range h.Values("Vary") {
		for name := range strings.SplitSeq(field, ",") {
			if strings.EqualFold(strings.TrimSpace(name), "Accept-Encoding") {
				return true
			}
		}
	}
	return false
}

// compressBody compresses a response if the client takes that.
func compressBody(h http.Header, r *http.Request, body []byte) []byte {
	encoding := acceptedEncoding(r.Header.Values("Accept-Encoding"))
	if encoding == "" {
		return body
	}
	h.Set("Content-Encoding", encoding)
	pool := compressors[encoding]
	zw := pool.Get().(bodyCompressor) //nolint:errcheck // the pool holds nothing else
	defer pool.Put(zw)
	var buf bytes.Buffer
	zw.Reset(&buf)
	// A bytes.Buffer never fails.
	_, _ = zw.Write(body)
	_ = zw.Close()
	return buf.Bytes()
}
