package httpd

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"net/http"
	"slices"
	"time"
)

// How the id of a session is made, in bytes, before it is encoded: what proves it, and
// whose it is.
const (
	idRandom = 15
	idMark   = 3
)

// settled is how long a server has run when clients of the one before it on this
// machine have found out that their sessions are gone.
const settled = 2 * time.Minute

// A mint makes ids of sessions that show which server made them, so that one that is
// behind a load balancer knows the requests that belong to another.
type mint struct {
	key  []byte // the server's, also after a restart
	boot []byte // of this run of it
	born time.Time
}

func newMint(key []byte) *mint {
	boot := make([]byte, 16)
	_, _ = rand.Read(boot) // documented never to fail
	return &mint{key, boot, time.Now()}
}

// newID is the engine's GenerateID: 120 random bits, and the marks.
func (m *mint) newID(*http.Request) string {
	random := make([]byte, idRandom)
	_, _ = rand.Read(random)
	return base64.RawURLEncoding.EncodeToString(slices.Concat(random, mark(m.key, random), mark(m.boot, random)))
}

// foreign reports whether an id was certainly made by another server, or, a while after
// the start, by one with the same key.
func (m *mint) foreign(id string) bool {
	raw, err := base64.RawURLEncoding.DecodeString(id)
	if err != nil || len(raw) != idRandom+2*idMark {
		return false // nobody's: a client that invents ids
	}
	random, own, boot := raw[:idRandom], raw[idRandom:idRandom+idMark], raw[idRandom+idMark:]
	if !hmac.Equal(own, mark(m.key, random)) {
		return true
	}
	return !hmac.Equal(boot, mark(m.boot, random)) && time.Since(m.born) > settled
}

func mark(key, id []byte) []byte {
	h := hmac.New(sha256.New, key)
	h.Write([]byte("session id\x00"))
	h.Write(id)
	return h.Sum(nil)[:idMark]
}
