package webpage

import (
	"strings"

	"github.com/caucus-live/caucus/internal/poll"
)

// A Locale is a language of the client.
type Locale string

// words are what the server itself says to people in a language; the client says everything else.
type words struct {
	about   string // what the program is for
	lobby   string
	voting  string
	waiting string // closed, and not revealed yet
	result  string
}

var locales = map[Locale]words{
	"en": {
		about:   "Decide together: nominate, rank and count, live.",
		lobby:   "You are invited to decide. Nominations are open.",
		voting:  "You are invited to decide. Voting is open.",
		waiting: "Voting has closed. The result comes soon.",
		result:  "Voting has closed. See the result.",
	},
	"de": {
		about:   "Gemeinsam entscheiden: vorschlagen, ordnen, auszählen – live.",
		lobby:   "Entscheide mit. Vorschläge sind willkommen.",
		voting:  "Entscheide mit. Die Abstimmung läuft.",
		waiting: "Die Abstimmung ist beendet. Das Ergebnis kommt gleich.",
		result:  "Die Abstimmung ist beendet. Hier ist das Ergebnis.",
	},
	"es": {
		about:   "Decidid juntos: proponer, ordenar y contar, en directo.",
		lobby:   "Te invitan a decidir. Se aceptan propuestas.",
		voting:  "Te invitan a decidir. La votación está abierta.",
		waiting: "La votación ha terminado. El resultado llega enseguida.",
		result:  "La votación ha terminado. Mira el resultado.",
	},
	"ar": {
		about:   "قرّروا معًا: اقترحوا ورتّبوا واحسبوا، مباشرةً.",
		lobby:   "أنت مدعوّ للمشاركة في القرار. باب الاقتراحات مفتوح.",
		voting:  "أنت مدعوّ للمشاركة في القرار. التصويت مفتوح.",
		waiting: "انتهى التصويت. النتيجة قريبًا.",
		result:  "انتهى التصويت. اطّلع على النتيجة.",
	},
}

func (l Locale) words() words { return locales[l] }

func (l Locale) direction() string {
	if l == "ar" {
		return "rtl"
	}
	return "ltr"
}

// PreferredLocale returns the first language of an Accept-Language field that the client speaks,
// else English. Browsers list the most wanted first.
func PreferredLocale(acceptLanguage string) Locale {
	for tag := range strings.SplitSeq(acceptLanguage, ",") {
		tag, _, _ = strings.Cut(tag, ";")
		tag, _, _ = strings.Cut(tag, "-")
		locale := Locale(strings.ToLower(strings.TrimSpace(tag)))
		if _, ok := locales[locale]; ok {
			return locale
		}
	}
	return "en"
}

// invitation is a sentence below a poll's topic.
func (w words) invitation(s *poll.Summary) string {
	switch {
	case s.Phase == poll.Lobby:
		return w.lobby
	case s.Phase == poll.Voting:
		return w.voting
	case s.Revealed:
		return w.result
	default:
		return w.waiting
	}
}
