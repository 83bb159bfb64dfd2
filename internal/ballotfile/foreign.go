package ballotfile

import (
	"bufio"
	"path"
	"regexp"
	"slices"
	"strings"
)

// What is not read, though people have it, is refused by name: a sentence on columns would
// not help them.

// foreign are the first bytes of files that are not text, and what they are.
var foreign = map[string]string{
	"$FL2":             "a data file of SPSS (.sav)",
	"$FL3":             "a data file of SPSS (.zsav)",
	"\xD0\xCF\x11\xE0": "a workbook of the old kind (.xls)",
	"%PDF":             "a PDF",
}

// foreignTexts are the beginnings of texts in formats that are not read.
var foreignTexts = []struct {
	beginning *regexp.Regexp
	what      string // the beginning of a sentence
}{
	{regexp.MustCompile(`^\s*V: [-0-9A-Z]+\s`), "This is a tally sheet of Debian, with the rank of each option behind V"},
	{regexp.MustCompile(`^\s*[-0-9]+\s*,\s*[0-9]+\)\s*C[0-9]+`), "These are ballots of ChoicePlus, with candidates such as C01"},
	{regexp.MustCompile(`^\s*\.[A-Z-]+ `), "This is a file of settings of ChoicePlus"},
	{regexp.MustCompile(`^\s*[0-9]{40,}`), "These are ballot images in fixed columns"},
}

// refuseForeign refuses a text in a format that is known, and not read.
func refuseForeign(name string, text *bufio.Reader) error {
	start, _ := text.Peek(1024)
	what := ""
	for _, f := range foreignTexts {
		if f.beginning.Match(start) {
			what = f.what
			break
		}
	}
	// They look like ballots of two alternatives.
	if ext := strings.ToLower(path.Ext(name)); slices.Contains([]string{".pwg", ".wmg", ".mjg", ".wmd"}, ext) {
		what = "This is a graph of PrefLib (" + ext + "), which has pairs of alternatives instead of ballots"
	}
	if what == "" {
		return nil
	}
	return &Error{name, 1, 1, what + ". That is not read: write the ballots as CSV, with a column for each rank and the options in the cells."}
}
