package ballotfile

import (
	"regexp"
	"strconv"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// A title is what a cell says of ranks: "Mayor 1st Choice (12)" is rank 1 of "mayor".
type title struct {
	rank   int
	stem   string // what else it says, such as the name of a contest; folded
	plain  bool   // it is a number and nothing else
	behind bool   // the stem is behind the rank alone: "1st choice mayor", but "1st choice reason", too
}

// ordinals has, from the first, what people call them in English, German, French, Spanish,
// Italian, Portuguese, Dutch and Swedish, without accents.
var ordinals = []string{
	`first|erst(?:e[rs]?)?|premier|premiere|primer|primer[ao]|prim[ao]|primeir[ao]|eerste|forsta`,
	`second|zweit(?:e[rs]?)?|deuxieme|seconde|segund[ao]|second[ao]|tweede|andra`,
	`third|dritt(?:e[rs]?)?|troisieme|tercer|tercer[ao]|terz[ao]|terceir[ao]|derde|tredje`,
	`fourth|viert(?:e[rs]?)?|quatrieme|cuart[ao]|quart[ao]|vierde|fjarde`,
	`fifth|funft(?:e[rs]?)?|cinquieme|quint[ao]|vijfde|femte`,
	`sixth|sechste[rs]?|sixieme|sext[ao]|sest[ao]|zesde|sjatte`,
	`seventh|siebte[rs]?|septieme|septim[ao]|settim[ao]|setim[ao]|zevende|sjunde`,
	`eighth|achte[rs]?|huitieme|octav[ao]|ottav[ao]|oitav[ao]|achtste|attonde`,
	`ninth|neunte[rs]?|neuvieme|noven[ao]|non[ao]|negende|nionde`,
	`tenth|zehnte[rs]?|dixieme|decim[ao]|tiende|tionde`,
	`eleventh|elfte[rs]?|onzieme|undecim[ao]|elfde`,
	`twelfth|zwolfte[rs]?|douzieme|duodecim[ao]|twaalfde`,
}

const (
	// rankNouns say that the number behind them is a rank.
	rankNouns = `rank|ranking|ranked|choices?|preferences?|prefs?|priority|rang|wahl|praferenz|prioritat|choix|priorite|` +
		`preferencia|eleccion|prioridad|scelta|preferenza|escolha|prioridade|keuze|voorkeur`
	// placeNouns do so only behind an ordinal: "option 1" is an option.
	placeNouns = rankNouns + `|place|position|vote|selection|option|platz|stelle|stimme|opcion|lugar|puesto|posicion|posto|` +
		`posizione|opcao|posicao|plaats|keus|val|valg`
	// apart is between a rank and what else a title says.
	apart    = `[\s_.:,/(#-]+`
	suffixes = `(?:st|nd|rd|th|ere|er|re|eme|e|ste|te|de|a|o|\.)`
)

var (
	ordinalWord = regexp.MustCompile(`^(?:` + strings.Join(eachInGroup(ordinals), "|") + `)$`)
	bareRank    = regexp.MustCompile(`^#?([0-9]{1,4})(?:\.0+)?` + suffixes + `?$`)
	nounFirst   = regexp.MustCompile(`^(?:(.*)[\s_.:,/(#-]+)?(?:` + rankNouns + `)[\s_.:#-]*([0-9]{1,4})` + suffixes + `?$`)
	nounLast    = regexp.MustCompile(`^(?:(.*?)[\s_.:,/(#-]+)?([0-9]{1,4}` + suffixes + `?|[a-z]+)[\s_-]*(?:` + placeNouns + `)$`)
	nounWithin  = regexp.MustCompile(`^(?:(.+?)` + apart + `)?([0-9]{1,2}` + suffixes + `|[a-z]+)[\s_-]+(?:` + rankNouns + `|opcion|opcao)` + apart + `(.+)$`) // as in "Mayor 1st Choice District 2"
	nounOfMany  = regexp.MustCompile(`^(?:(.+?)` + apart + `)?(?:` + rankNouns + `|opcion|opcao)[\s_.:#-]*([0-9]{1,4})[\s_-]*(?:of|out of|von|de|sur|di|van|/)[\s_-]*[0-9]{1,4}(?:` + apart + `(.+))?$`)
	annotated   = regexp.MustCompile(`^([0-9]{1,4})\s*[(:=–-].*[^0-9].*$`) // 1 (best)
	inParens    = regexp.MustCompile(`\s*\([^()]*\)$`)
	dotted      = regexp.MustCompile(`([0-9])\.([ao])\b`) // as in 1.ª opción
	bracketed   = regexp.MustCompile(`^(.*?)\s*\[(.*)\]$`)
)

// eachInGroup makes a group of each alternative, so that a match tells which it was.
func eachInGroup(all []string) []string {
	groups := make([]string, len(all))
	for i, one := range all {
		groups[i] = "(" + one + ")"
	}
	return groups
}

// plainText folds case, width and accents, for comparison with the words above.
func plainText(text string) string {
	text = strings.ToLower(norm.NFKC.String(strings.TrimSpace(text)))
	bare := strings.Map(func(r rune) rune {
		if unicode.Is(unicode.Mn, r) {
			return -1
		}
		return r
	}, norm.NFD.String(text))
	return strings.Join(strings.Fields(bare), " ")
}

// ordinal returns the number that a word such as "first" or "2nd" stands for.
func ordinal(word string) (int, bool) {
	if match := bareRank.FindStringSubmatch(word); match != nil {
		n, err := strconv.Atoi(match[1])
		return n, err == nil
	}
	for i, group := range ordinalWord.FindStringSubmatch(word) {
		if i > 0 && group != "" {
			return i, true
		}
	}
	return 0, false
}

// parseTitle understands a title, in the languages of ordinals.
func parseTitle(cell string) (title, bool) {
	if len(cell) > 1000 {
		return title{}, false
	}
	text := dotted.ReplaceAllString(strings.TrimRight(plainText(cell), "?!:* "), "$1$2")
	if match := bracketed.FindStringSubmatch(text); match != nil {
		if inner, ok := parseTitle(match[2]); ok && inner.stem == "" {
			return title{rank: inner.rank, stem: match[1]}, true
		}
		return title{}, false
	}
	if n, ok := ordinal(text); ok {
		_, err := strconv.Atoi(text)
		return title{rank: n, plain: err == nil}, true
	}
	for {
		if ti, ok := rankWithin(text); ok {
			return ti, true
		}
		outside := inParens.ReplaceAllString(text, "") // as in "Mayor 1st Choice (12)"
		if outside == text {
			inside := strings.TrimSuffix(text, ")")
			if inside == text {
				return title{}, false
			}
			outside = inside
		} else if inner, ok := strings.CutSuffix(text, ")"); ok && !regexp.MustCompile(`\([0-9]+\)$`).MatchString(text) {
			outside = inner // as in "Mayor (rank 1)"
		}
		text = outside
	}
}

// rankWithin understands a title without what may be in parentheses at its end.
func rankWithin(text string) (title, bool) {
	if match := nounFirst.FindStringSubmatch(text); match != nil {
		n, _ := strconv.Atoi(match[2]) // at most four digits
		return title{rank: n, stem: match[1]}, true
	}
	if match := nounLast.FindStringSubmatch(text); match != nil {
		_, err := strconv.Atoi(match[2])
		if n, ok := ordinal(match[2]); ok && (match[1] == "" || err != nil) {
			return title{rank: n, stem: match[1]}, true
		}
	}
	if inParens.MatchString(text) {
		return title{}, false
	}
	for _, form := range []*regexp.Regexp{nounOfMany, nounWithin} {
		if match := form.FindStringSubmatch(text); match != nil {
			n, ok := ordinal(match[2])
			return title{rank: n, stem: strings.TrimSpace(match[1] + " " + match[3]), behind: match[1] == "" && match[3] != ""}, ok
		}
	}
	return title{}, false
}

// cellRank returns the rank that a cell gives to the option of its column: "2", "2nd
// choice", "2 (good)", "2.0".
func cellRank(cell string) (int, bool) {
	if t, ok := parseTitle(cell); ok && t.stem == "" && t.rank > 0 {
		return t.rank, true
	}
	if match := annotated.FindStringSubmatch(plainText(cell)); match != nil {
		n, err := strconv.Atoi(match[1])
		return n, err == nil && n > 0
	}
	return 0, false
}
