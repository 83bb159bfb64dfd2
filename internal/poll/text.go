package poll

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/rivo/uniseg"
	"golang.org/x/text/cases"
	"golang.org/x/text/unicode/norm"
	"golang.org/x/text/width"
)

// The longest texts, in characters as a person sees them (grapheme clusters).
const (
	MaxTopic      = 100
	MaxName       = 25
	MaxNomination = 100
)

const (
	// maxMarks is how many combining marks in a row are kept. Scripts need four or
	// five; towers of them are there to paint over other people's lines.
	maxMarks = 8

	// bytesPerCharacter bounds a text in bytes, since one character may be a chain
	// of joined emoji without end. A family of four takes 25.
	bytesPerCharacter = 32
)

// A Text is what a person wrote, normalised: NFC, trimmed, inner white space
// folded, no control characters and no characters that turn the direction of
// text around it. Key is equal for two texts that a person would call the same
// (case, spacing and accents aside); it is stored, so that a log applies the same
// way whatever Unicode tables a later version is built with.
//
// In JSON a Text is its text, or [text, key] where the key differs.
type Text struct {
	Text string
	Key  string
}

// ParseText normalises what a person wrote and refuses it, with an *Error of code
// BadRequest, unless it has 1 to limit characters (grapheme clusters) and no
// absurdly long ones. What is the name of the field, which the error's sentence
// begins with.
//
// It keeps what scripts and emoji are made of (joiners, variation selectors, flags'
// tags), and drops what only hides or disturbs: control characters, invisible
// fillers, bidirectional controls, marks before the first letter or more than eight
// in a row. What is left is never blank.
func ParseText(what, raw string, limit int) (Text, error) {
	text := clean(raw)
	switch n := uniseg.GraphemeClusterCount(text); {
	case n < 1 || n > limit:
		return Text{}, textLength.Refuse(what, 1, limit)
	case len(text) > limit*bytesPerCharacter:
		return Text{}, hardCharacters.Refuse(what)
	}
	return Text{Text: text, Key: key(text)}, nil
}

// IsBlank reports whether nothing is left of what a person wrote.
func IsBlank(raw string) bool { return clean(raw) == "" }

// clean returns the text that is kept of raw. Cleaning twice changes nothing.
func clean(raw string) string {
	var (
		b     strings.Builder
		last  rune // the last one kept
		marks int  // how many there are since the last letter
		space bool // white space is waiting for what follows it
	)
	for _, r := range norm.NFC.String(strings.ToValidUTF8(raw, "")) {
		switch {
		case isSpace(r):
			space, marks = true, 0
			continue
		case unicode.Is(unicode.M, r) && !ignorable(r):
			if marks++; b.Len() == 0 || marks > maxMarks {
				continue
			}
		case isJoiner(r):
			if b.Len() == 0 || space || isJoiner(last) {
				continue
			}
		case isTag(r):
			if last != blackFlag && !isTag(last) {
				continue
			}
		case ignorable(r):
			continue
		default:
			marks = 0
		}
		if space && b.Len() > 0 {
			b.WriteByte(' ')
		}
		b.WriteRune(r)
		space, last = false, r
	}
	return norm.NFC.String(strings.TrimRightFunc(b.String(), isJoiner))
}

// blackFlag begins the flags that are spelled with tags, such as Scotland's.
const blackFlag = '\U0001F3F4'

func isTag(r rune) bool    { return r >= '\U000E0020' && r <= '\U000E007F' }
func isJoiner(r rune) bool { return r == '\u200C' || r == '\u200D' }

// isSpace counts the blank pattern of braille, which looks like a space and is one.
func isSpace(r rune) bool { return unicode.IsSpace(r) || r == '\u2800' }

// ignorable reports whether a character is neither seen nor needed.
func ignorable(r rune) bool {
	return unicode.In(r, unicode.Cc, unicode.Other_Default_Ignorable_Code_Point, unicode.Noncharacter_Code_Point) ||
		unicode.Is(unicode.Cf, r) && !unicode.Is(unicode.Prepended_Concatenation_Mark, r)
}

// sameMarks are spelled in one way or another by the keyboard, not by the person.
var sameMarks = strings.NewReplacer(
	"‘", "'", "’", "'", "ʼ", "'", "“", `"`, "”", `"`, "„", `"`,
	"‐", "-", "‑", "-", "–", "-", "—", "-",
)

// key returns what a clean text has in common with all that a person would call the
// same: it folds case, width, quotes and dashes, and strips accents.
func key(text string) string {
	if isASCII(text) { // there is nothing but case to fold, and looking for more takes 2 KB
		return strings.ToLower(text)
	}
	return fold(text)
}

func isASCII(s string) bool {
	for i := range len(s) {
		if s[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

// fold is key for texts of all characters.
func fold(text string) string {
	folded := cases.Fold().String(sameMarks.Replace(width.Fold.String(text)))
	bare := strings.Map(func(r rune) rune {
		if isAccent(r) {
			return -1
		}
		return r
	}, norm.NFD.String(folded))
	if k := norm.NFC.String(strings.Join(strings.Fields(bare), " ")); k != "" {
		return k
	}
	return text
}

// isAccent reports whether a word is the same word without the mark. That holds for
// the accents that scripts share and for the points of Arabic and Hebrew, but not for
// the vowels of Hindi or Thai, nor for the voicing of Japanese.
func isAccent(r rune) bool {
	switch {
	case r == '\u3099' || r == '\u309A':
		return false
	case unicode.Is(unicode.Inherited, r):
		return true
	default:
		return unicode.Is(unicode.Mn, r) && unicode.In(r, unicode.Arabic, unicode.Hebrew)
	}
}

// valid reports whether t can have come from ParseText with that limit. It does not
// look at characters: what they are depends on the tables of the day.
func (t Text) valid(limit int) bool {
	return t.Text != "" && len(t.Text) <= limit*bytesPerCharacter && utf8.ValidString(t.Text) &&
		t.Key != "" && utf8.ValidString(t.Key)
}

// MarshalJSON implements [json.Marshaler].
func (t Text) MarshalJSON() ([]byte, error) {
	if t.Key == t.Text {
		return encode(t.Text)
	}
	return encode([]string{t.Text, t.Key})
}

// UnmarshalJSON implements [json.Unmarshaler].
func (t *Text) UnmarshalJSON(data []byte) error {
	var parts []string
	if json.Unmarshal(data, &t.Text) == nil {
		t.Key = t.Text
	} else if err := json.Unmarshal(data, &parts); err != nil || len(parts) != 2 {
		return errors.New("a text is a string, or the text and its key")
	} else {
		t.Text, t.Key = parts[0], parts[1]
	}
	return nil
}

// plural says how many there are of what noun names.
func plural(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}
