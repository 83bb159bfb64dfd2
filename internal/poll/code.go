package poll

import (
	"encoding/binary"
	"fmt"
	"io"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// CodeSeed is how many bytes NewCode reads.
const CodeSeed = 8

const (
	codeLength   = 6
	codeAlphabet = "23456789ABCDEFGHJKMNPQRSTVWXYZ" // nothing that looks like something else: no 0 O 1 I L U
)

// NewCode draws the id of a poll: six characters that are easy to read aloud, one of
// 729 million. It reads CodeSeed bytes and fails only if rand does.
func NewCode(rand io.Reader) (string, error) {
	var seed [CodeSeed]byte
	if _, err := io.ReadFull(rand, seed[:]); err != nil {
		return "", fmt.Errorf("poll: draw a code: %w", err)
	}
	n := binary.BigEndian.Uint64(seed[:]) // 30⁶ divides 2⁶⁴ to within one part in 10¹⁰
	code := make([]byte, codeLength)
	for i := range code {
		code[i] = codeAlphabet[n%uint64(len(codeAlphabet))]
		n /= uint64(len(codeAlphabet))
	}
	return string(code), nil
}

// ParseCode returns the id of a poll as people type it: in any case and width, with
// spaces or dashes anywhere. Any six letters A to Z and digits are a code, also those
// that NewCode does not draw: there is just no such poll. Anything else is refused
// with an *Error of code BadRequest.
func ParseCode(raw string) (string, error) {
	code := strings.ToUpper(strings.Map(func(r rune) rune {
		if unicode.In(r, unicode.White_Space, unicode.Dash, unicode.Cf) {
			return -1
		}
		return r
	}, norm.NFKC.String(raw)))
	if len(code) != codeLength || strings.Trim(code, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789") != "" {
		return "", notACode.Refuse()
	}
	return code, nil
}
