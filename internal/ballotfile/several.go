package ballotfile

import (
	"regexp"
	"slices"
	"strings"
	"unicode"
)

const (
	severalSigns = ";|/,\\>=&→≻⇒»›"
	// strongSigns are rarely in names.
	strongSigns = ";|>→≻⇒»›"
)

// enumerated is "1. Ann 2. Bob".
var enumerated = regexp.MustCompile(`^\(?1\s?[.):]\s?\S.*\(?2\s?[.):]\s?\S`)

// listInCell is a list as programs write it: ["Ann","Bob"], ['Ann'], {Ann,Bob}.
var listInCell = regexp.MustCompile(`^(?:\[\s*["'].*["']\s*\]|\[.*,.*\]|\{.*[,:].*\}|".*"\s*[,;]\s*".*")$`)

// severalIn returns the first of the names that is rather several options at one rank, or a
// ranking in one cell: "Ann | Bob" where Ann is an option, "Ann > Bob" and "Bob > Ann"; or -1.
func severalIn(names []string) int {
	whole := make(map[string]bool)
	partOf := make(map[string]int) // how many names a part is in
	orders := make(map[string]int) // how many names have the same parts, in whatever order
	strong := 0
	for _, name := range names {
		whole[nameKey(name)] = true
		parts := partsOf(name)
		for _, part := range slices.Compact(slices.Sorted(slices.Values(parts))) {
			partOf[part]++
		}
		orders[inOrder(parts)]++
		orders[inOrder(wordsIn(name))]++
		if len(parts) > 1 && strings.ContainsAny(name, strongSigns) {
			strong++
		}
	}
	return slices.IndexFunc(names, func(name string) bool {
		parts := partsOf(name)
		if words := wordsIn(name); len(words) > 2 && orders[inOrder(words)] > 1 || enumerated.MatchString(name) || listInCell.MatchString(name) || joins(name, whole) {
			return true
		}
		if len(parts) < 2 {
			return false
		}
		others, shared := 0, false
		for _, part := range parts {
			if whole[part] {
				others++
			}
			shared = shared || partOf[part] > 1
		}
		isStrong := strings.ContainsAny(name, strongSigns)
		return others == len(parts) || orders[inOrder(parts)] > 1 || isStrong && (others > 0 || shared || strong == len(names))
	})
}

// joins reports whether a name begins with one of the options and ends with another, whatever
// joins them: "Ann and Bob", "Ann + Bob", "Ann ja Bob".
func joins(name string, options map[string]bool) bool {
	key := nameKey(name)
	isWord := func(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.IsMark(r) }
	begin, end := "", ""
	var before rune
	for i, r := range key {
		if i > 0 && isWord(before) && !isWord(r) && begin == "" && options[key[:i]] {
			begin = key[:i]
		}
		if i > 0 && !isWord(before) && isWord(r) && options[key[i:]] {
			end = key[i:] // the shortest
		}
		before = r
	}
	return begin != "" && end != "" && begin != end && len(begin)+len(end) < len(key)
}

// partsOf returns what is between the signs in a name, as the room folds it; nothing if it is
// the only part.
func partsOf(name string) []string {
	if !strings.ContainsAny(name, severalSigns) {
		return nil
	}
	parts := strings.FieldsFunc(name, func(r rune) bool { return strings.ContainsRune(severalSigns, r) })
	for i := range parts {
		parts[i] = nameKey(strings.TrimSpace(parts[i]))
	}
	if parts = slices.DeleteFunc(parts, func(part string) bool { return part == "" }); len(parts) < 2 {
		return nil
	}
	return parts
}

// wordsIn returns the words of a name that has no signs.
func wordsIn(name string) []string {
	if strings.ContainsAny(name, severalSigns) {
		return nil
	}
	return strings.FieldsFunc(nameKey(name), unicode.IsSpace)
}

// inOrder returns texts sorted, as one.
func inOrder(parts []string) string {
	return strings.Join(slices.Sorted(slices.Values(parts)), "\n")
}
