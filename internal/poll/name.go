package poll

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// Nameless is what a person is called who joins an anonymous poll without a name.
const Nameless = "Guest"

// ParseName normalises the name of a person as ParseText does, and leaves out what would
// pass for a badge: "Ann (admin)" is "Ann". Its Key is the same for names that look the
// same, whatever letters they are made of.
func ParseName(raw string) (Text, error) {
	name, err := ParseText("name", raw, MaxName)
	if err != nil {
		return Text{}, err
	}
	if name, err = ParseText("name", withoutRoles(name.Text), MaxName); err != nil {
		return Text{}, err
	}
	name.Key = skeleton(name.Text)
	return name, nil
}

// Brackets, in which pages show roles.
const (
	openers = "([{<（［｛〔【《〈«‹"
	closers = ")]}>）］｝〕】》〉»›"
)

// roles are what no name may say of its bearer in brackets, as skeletons.
var roles = func() map[string]bool {
	set := make(map[string]bool)
	for _, role := range []string{
		"", "admin", "administrator", "host", "co-host", "cohost", "moderator", "owner", "organizer", "organiser", "system", "you", "me",
		"leitung", "gastgeber", "gastgeberin", "du", "ich", "anfitrión", "anfitriona", "organizador", "organizadora", "tú", "yo",
		"المضيف", "مضيف", "مشرف", "المشرف", "أنت", "أنا",
	} {
		set[skeleton(role)] = true
	}
	return set
}()

// withoutRoles leaves out every pair of brackets that says a role.
func withoutRoles(name string) string {
	runes := []rune(name)
	for i := 0; i < len(runes); i++ {
		if !strings.ContainsRune(openers, runes[i]) {
			continue
		}
		end := slices.IndexFunc(runes[i:], func(r rune) bool { return strings.ContainsRune(closers, r) })
		if end < 0 {
			break
		}
		if roles[skeleton(strings.TrimSpace(string(runes[i+1:i+end])))] {
			runes = slices.Delete(runes, i, i+end+1)
			i = -1 // what is left may make another one
		}
	}
	return string(runes)
}

// skeleton is equal for texts that a person cannot tell apart at a glance: beyond what
// key folds, letters of other scripts and digits are what they look like.
func skeleton(text string) string {
	folded := lookalikes.Replace(key(capitals.Replace(norm.NFKC.String(text))))
	return strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) {
			return ' '
		}
		return r
	}, folded)
}

// capitals look like others than their small letters do.
var capitals = strings.NewReplacer(
	"Α", "A", "Β", "B", "Ε", "E", "Ζ", "Z", "Η", "H", "Ι", "I", "Κ", "K", "Μ", "M", "Ν", "N", "Ο", "O", "Ρ", "P", "Τ", "T", "Υ", "Y", "Χ", "X",
	"А", "A", "В", "B", "Е", "E", "К", "K", "М", "M", "Н", "H", "О", "O", "Р", "P", "С", "C", "Т", "T", "У", "Y", "Х", "X",
	"Ѕ", "S", "І", "I", "Ј", "J",
)

// lookalikes are the letters, in lower case, that look like those of the Latin alphabet
// in lower or in upper case, of the scripts in which that is common. What looks like i, l
// and 1 is one letter.
var lookalikes = strings.NewReplacer(
	// Cyrillic
	"а", "a", "в", "b", "е", "e", "ё", "e", "з", "3", "і", "l", "ї", "l", "ј", "j", "к", "k", "м", "m", "н", "h", "о", "o", "р", "p",
	"с", "c", "т", "t", "у", "y", "ү", "y", "х", "x", "ѕ", "s", "ԁ", "d", "ԛ", "q", "ԝ", "w", "һ", "h", "ӏ", "l", "г", "r", "ѵ", "v",
	// Greek
	"α", "a", "β", "b", "γ", "y", "ε", "e", "ζ", "z", "η", "n", "ι", "l", "κ", "k", "μ", "m", "ν", "v", "ο", "o", "ρ", "p", "τ", "t",
	"υ", "u", "χ", "x", "ω", "w", "σ", "o", "ς", "c",
	// Armenian and others
	"օ", "o", "ո", "n", "ս", "u", "հ", "h", "ց", "g", "զ", "q", "ɑ", "a", "ɡ", "g", "ı", "l", "ɩ", "l", "ƒ", "f", "ʀ", "r", "ʏ", "y",
	"ᴀ", "a", "ᴄ", "c", "ᴅ", "d", "ᴇ", "e", "ᴊ", "j", "ᴋ", "k", "ᴍ", "m", "ᴏ", "o", "ᴘ", "p", "ᴛ", "t", "ᴜ", "u", "ᴠ", "v", "ᴡ", "w", "ᴢ", "z",
	"ø", "o", "ł", "l", "đ", "d", "ħ", "h", "ŧ", "t", "ß", "b",
	// Digits and signs
	"0", "o", "1", "l", "i", "l", "|", "l", "!", "l", "5", "s", "$", "s", "@", "a", "vv", "w", "rn", "m",
)

// distinct returns a name that nobody else in the poll has, and its key: the given one,
// or with the first number from 2 on that makes it so. A name stays taken for as long as
// the poll knows its bearer.
func (s *State) distinct(name Text) (text, key string) {
	if !s.names[name.Key] {
		return name.Text, name.Key
	}
	for n := max(s.namesakes[name.Key], 2); ; n++ {
		if key := fmt.Sprint(name.Key, " ", numerals.Replace(strconv.Itoa(n))); !s.names[key] {
			s.namesakes[name.Key] = n
			return fmt.Sprint(name.Text, " ", n), key
		}
	}
}

// numerals does to numbers what a skeleton does, whatever else a later version folds.
var numerals = strings.NewReplacer("0", "o", "1", "l", "5", "s")
