package poll

import (
	"bytes"
	"strconv"
	"unicode"
	"unicode/utf16"
)

// HalfCharacter returns the offset of an escape in JSON that is half a character, such as \ud800
// without the other half behind it, or -1. Package json reads it as U+FFFD, other programs as
// something else or not at all.
func HalfCharacter(text []byte) int {
	for at := 0; ; {
		i := bytes.IndexByte(text[at:], '\\')
		if i < 0 {
			return -1
		}
		at += i
		unit := escaped(text[at:])
		switch {
		case !utf16.IsSurrogate(unit):
			at = min(at+2, len(text)) // the second may be another \
		case utf16.DecodeRune(unit, escaped(text[at+escapeLength:])) == unicode.ReplacementChar:
			return at
		default:
			at += 2 * escapeLength
		}
	}
}

// escapeLength is the length of an escape such as \ud800.
const escapeLength = 6

// escaped returns what the escape at the beginning of a text is for, or -1.
func escaped(text []byte) rune {
	if len(text) < escapeLength || !bytes.HasPrefix(text, []byte(`\u`)) {
		return -1
	}
	unit, err := strconv.ParseUint(string(text[2:escapeLength]), 16, 16)
	if err != nil {
		return -1
	}
	return rune(unit)
}
