package httpd

import (
	"bytes"
	"testing"
	"time"
)

// What operators rely on without having set it.
func TestDefaults(t *testing.T) {
	o, err := (&Options{TokenKey: bytes.Repeat([]byte("k"), MinTokenKey)}).withDefaults()
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct{ got, want any }{
		"Creations":     {o.Creations, Rate{60, 10 * time.Minute}},
		"FailedJoins":   {o.FailedJoins, Rate{60, 2 * time.Minute}},
		"Handshakes":    {o.Handshakes, Rate{20_000, 10 * time.Second}}, // 10,000 people behind one address, twice
		"Commands":      {o.Commands, Rate{60, 10 * time.Second}},
		"MaxMessage":    {o.MaxMessage, 64 << 10},
		"Arriving":      {o.Arriving, 1000},
		"Unconfirmed":   {o.Unconfirmed, 10_000},
		"AnswerTimeout": {o.AnswerTimeout, 20 * time.Second},
		"DrainTimeout":  {o.DrainTimeout, 15 * time.Second},
		"DrainWindow":   {o.DrainWindow, time.Second},
	} {
		if c.got != c.want {
			t.Errorf("%s is %v, not %v", name, c.got, c.want)
		}
	}
}
