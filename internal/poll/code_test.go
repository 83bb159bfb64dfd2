package poll_test

import (
	"bytes"
	"errors"
	"io"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/caucus-live/caucus/internal/poll"
)

func TestNewCode(t *testing.T) {
	source := rand.NewChaCha8([32]byte{1})
	used := map[rune]bool{}
	for range 1000 {
		code, err := poll.NewCode(source)
		if err != nil {
			t.Fatal(err)
		}
		if len(code) != 6 || strings.ContainsAny(code, "0O1IL") || strings.Contains(code, "U") {
			t.Fatalf("NewCode = %q", code)
		}
		if parsed, err := poll.ParseCode(code); err != nil || parsed != code {
			t.Fatalf("ParseCode(%q) = %q, %v", code, parsed, err)
		}
		for _, r := range code {
			used[r] = true
		}
	}
	if len(used) != 30 {
		t.Errorf("%d characters are used, want 30", len(used))
	}
}

func TestNewCodeNeedsRandomness(t *testing.T) {
	if _, err := poll.NewCode(bytes.NewReader(make([]byte, 7))); !errors.Is(err, io.ErrUnexpectedEOF) {
		t.Errorf("error %v", err)
	}
}

func TestParseCode(t *testing.T) {
	for _, raw := range []string{"ABC234", "abc234", " aBc 234\n", "ABC-234", "a-b-c–2—3 4", "ＡＢＣ２３４", "\u200bABC234\u202c"} {
		if got, err := poll.ParseCode(raw); err != nil || got != "ABC234" {
			t.Errorf("ParseCode(%q) = %q, %v", raw, got, err)
		}
	}
	for _, raw := range []string{"000000", "OIL1U0"} { // no such poll, but codes
		if got, err := poll.ParseCode(raw); err != nil || got != raw {
			t.Errorf("ParseCode(%q) = %q, %v", raw, got, err)
		}
	}
	for _, raw := range []string{"", " ", "ABC23", "ABC2345", "ABC!34", "ÀBC234", "АВС234", "../../", "abc\x00de"} {
		_, err := poll.ParseCode(raw)
		if refused := refusal(t, err); refused.Code != poll.BadRequest {
			t.Errorf("ParseCode(%q): %v", raw, err)
		}
	}
}

func FuzzParseCode(f *testing.F) {
	for _, raw := range []string{"", "ABC234", "abc-234", "ＡＢＣ２３４", "ﬁﬁﬁ", "ß", "\xff"} {
		f.Add(raw)
	}
	f.Fuzz(func(t *testing.T, raw string) {
		code, err := poll.ParseCode(raw)
		if err != nil {
			return
		}
		if len(code) != 6 || strings.Trim(code, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789") != "" {
			t.Errorf("ParseCode(%q) = %q", raw, code)
		}
		if again, err := poll.ParseCode(strings.ToLower(code)); err != nil || again != code {
			t.Errorf("ParseCode(%q) = %q, %v", strings.ToLower(code), again, err)
		}
	})
}
