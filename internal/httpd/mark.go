package httpd

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"net/http"
	"strings"
	"time"

	"github.com/caucus-live/caucus/internal/poll"
)

// deviceCookie keeps a browser's mark: random text, and a signature of it.
const (
	deviceCookie = "caucus_device"
	deviceLife   = 90 * 24 * time.Hour
)

// deviceOf returns what a browser is known by, and gives it something to be known by if it has
// nothing.
func (s *Server) deviceOf(w http.ResponseWriter, r *http.Request) string {
	device, ok := s.knownDevice(r)
	if !ok {
		device = rand.Text()
		base := s.placeOf(r).base
		http.SetCookie(w, &http.Cookie{
			Name: deviceCookie, Value: device + "." + s.sign("device", device), Path: base + "/", MaxAge: int(deviceLife.Seconds()),
			HttpOnly: true, Secure: s.secure(r), SameSite: http.SameSiteLaxMode,
		})
	}
	return device
}

// markIn returns the mark that a browser has in a poll. In each poll it has another, by which nobody
// can tell what else it took part in, but for polls that are run again.
func (s *Server) markIn(state *poll.State, device string) string {
	return s.sign("device in "+state.Marks(), device)
}

// knownDevice returns what this server has given a browser before.
func (s *Server) knownDevice(r *http.Request) (device string, ok bool) {
	cookie, err := r.Cookie(deviceCookie)
	if err != nil {
		return "", false
	}
	device, signature, _ := strings.Cut(cookie.Value, ".")
	return device, hmac.Equal([]byte(signature), []byte(s.sign("device", device)))
}

// sign returns 120 bits that only this server can make, for a use and a text.
func (s *Server) sign(use, text string) string {
	mac := hmac.New(sha256.New, s.opts.TokenKey)
	mac.Write([]byte(use + "\x00" + text))
	return base64.RawURLEncoding.EncodeToString(mac.Sum(nil)[:15])
}
