package engineio

import (
	"bytes"
	"compress/gzip"
	"compress/zlib"
	"io"
	"net/http"
	"strconv"
	"strings"
)

// writeBody writes the body of a polling response, compressed if that is
// allowed and worth it.
func (srv *Server) writeBody(w http.ResponseWriter, r *http.Request, body []byte, compress bool) error {
	if compress && !srv.opts.DisableHTTPCompression && len(body) >= srv.opts.CompressThreshold {
		if encoding := acceptedEncoding(r.Header.Values("Accept-Encoding")); encoding != "" {
			w.Header().Set("Content-Encoding", encoding)
			body = compressBody(encoding, body)
		}
	}
	w.Header().Set("Content-Length", strconv.Itoa(len(body)))
	_, err := w.Write(body)
	return err
}

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

func compressBody(encoding string, body []byte) []byte {
	var buf bytes.Buffer
	var zw io.WriteCloser
	if encoding == "gzip" {
		zw = gzip.NewWriter(&buf)
	} else {
		zw = zlib.NewWriter(&buf) // what HTTP calls deflate
	}
	// A bytes.Buffer never fails.
	_, _ = zw.Write(body)
	_ = zw.Close()
	return buf.Bytes()
}
