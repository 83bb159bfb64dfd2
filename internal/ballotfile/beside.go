package ballotfile

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"
)

// What stands beside the ranks is not read. A column there may yet say that a row is several
// ballots, or none, or one of another contest. So each is watched to the end of the table; what
// might change the count is refused, and what is not known is named in a note.

// maxValues bounds the different texts of a column that are told apart.
const maxValues = 200

// A beside is a column that is not read.
type beside struct {
	at      int
	title   string   // the first of those
	titles  []string // in the rows of titles
	where   record   // the row that has it
	contest bool     // it may name contests

	filled, empty int
	lacks         [2]int // line and column of the first empty cell beside a ballot that ranks something
	lastEmpty     bool
	values        []string       // the different texts, up to maxValues
	index         map[string]int // of values
	rows          []int          // by value
	changes       [2]int         // line and column of the first text that is not that of the first row
	options       map[int]int    // by option: the value that its ballots have, or several

	names  bool            // its title says that it names people, or ballots
	people map[string]bool // those that it names, up to maxPeople
	twice  string          // the first of them with several rows

	figures   bool // all are numbers
	times     bool // all are dates or times
	numbering bool // each is one more than the one above
	stopped   int  // the first of them that is a text instead, or not a date or time like all before it; 0: none
	long      bool // all have at least longNumber digits
	last      int64
	discards  [2]int // line and column of the first text that may say that a row does not count
	discard   string
}

// several is instead of a value where there are several.
const several = -1

// longNumber is how many digits ids and times have, and numbers of ballots do not.
const longNumber = 8

// watch begins to watch the columns that are not among those known. The titles are those of
// one or several rows.
func (t *table) watch(titles []record, known []int) {
	width := 0
	for _, row := range titles {
		width = max(width, len(row.cells))
	}
	for i := range width {
		if slices.Contains(known, i) || i == t.count {
			continue
		}
		b := &beside{at: i, figures: true, times: true, numbering: true, long: true, index: make(map[string]int), people: make(map[string]bool), options: make(map[int]int)}
		b.where = titles[0]
		for _, row := range titles {
			if i >= len(row.cells) || row.cells[i] == "" || strings.HasPrefix(row.cells[i], `{"ImportId"`) {
				continue
			}
			if b.titles = append(b.titles, row.cells[i]); b.title == "" {
				b.title, b.where = row.cells[i], row
			}
		}
		b.contest = slices.ContainsFunc(b.titles, func(title string) bool { return contestTitle.MatchString(plainText(title)) })
		b.names = slices.ContainsFunc(b.titles, func(title string) bool { return personTitle.MatchString(plainText(title)) })
		t.beside = append(t.beside, b)
	}
}

// ofContest reports whether the row is a ballot of the contest that was asked for, as far as
// columns name contests.
func (t *table) ofContest() bool {
	is := true
	for _, b := range t.beside {
		if !b.contest || t.chosen || t.Contest == "" {
			continue
		}
		if plainText(t.cell(b.at)) == plainText(t.Contest) {
			return true
		}
		is = false
		b.see(t, t.cell(b.at))
	}
	return is
}

// observe takes notice of what is beside the ballot that was read.
func (t *table) observe() {
	for _, b := range t.beside {
		cell := t.cell(b.at)
		if b.lastEmpty = cell == ""; b.lastEmpty {
			if b.empty++; b.lacks[0] == 0 && len(t.ballot.Ranking) > 0 {
				b.lacks[0], b.lacks[1] = t.place(0)
			}
			continue
		}
		b.filled++
		value := b.see(t, cell)
		b.measure(cell)
		b.meet(cell)
		if value == several {
			continue
		}
		b.rows[value]++
		for _, option := range t.ballot.Ranking {
			if before, met := b.options[option]; option >= 0 && (!met || before == value) {
				b.options[option] = value
			} else if option >= 0 && !t.writeIn[option] {
				b.options[option] = several
			}
		}
	}
}

// maxPeople bounds the people who are told apart.
const maxPeople = 100_000

// meet takes notice of people who have several rows.
func (b *beside) meet(cell string) {
	if b.twice != "" || !b.names && !mailAddress.MatchString(cell) {
		return
	}
	if who := plainText(cell); b.people[who] {
		b.twice = strings.Clone(cell)
	} else if len(b.people) < maxPeople {
		b.people[who] = true
	}
}

// mailAddress is what is always somebody's; personTitle is the title of a column of people, or
// of ballots by their ids.
var (
	mailAddress = regexp.MustCompile(`^[^@\s]+@[^@\s]+\.[^@\s]+$`)
	personTitle = regexp.MustCompile(`^(?:(?:voter|user|member|student|delegate|wahler|mitglied)(?:[ _-]?(?:id|no|nr|number|name|code)\.?)?|(?:voting )?(?:token|passcode)|username|e-?mail(?: address)?|` +
		`cast vote record|cvr|(?:ballot|cvr|record|response|respondent)[ _-]?(?:id|no|nr|number)\.?)$`)
)

// see returns the value that a text is, or several if there are too many to tell apart.
func (b *beside) see(t *table, cell string) int {
	if value, known := b.index[cell]; known {
		return value
	}
	if len(b.values) == maxValues {
		return several
	}
	if len(b.values) == 1 {
		b.changes[0], b.changes[1] = t.place(b.at)
	}
	cell = strings.Clone(cell)
	b.index[cell] = len(b.values)
	b.values, b.rows = append(b.values, cell), append(b.rows, 0)
	if b.discard == "" && discarded.MatchString(wordsOf(plainText(cell))) {
		b.discard = cell
		b.discards[0], b.discards[1] = t.place(b.at)
	}
	return len(b.values) - 1
}

// measure finds out what kind of number a text is.
func (b *beside) measure(cell string) {
	n, whole := number([]byte(cell))
	timed := dateOrTime.MatchString(cell)
	if !whole && b.numbering && !timed || b.times && !timed && b.filled > 1 {
		b.stopped = b.filled
	}
	b.times = b.times && timed
	if !whole && !figure.MatchString(cell) {
		if markOf(cell) == noMark {
			b.figures = false
		}
		b.numbering, b.long = false, false
		return
	}
	b.numbering = b.numbering && whole && (b.filled == 1 || n == b.last+1)
	b.long = b.long && len(cell) >= longNumber
	b.last = n
}

// figure is a number as people and spreadsheets write it.
var figure = regexp.MustCompile(`^[+-]?[€$£]? ?(?:[0-9]+|[0-9]{1,3}(?:[.,' \x{a0}\x{202f}’][0-9]{3})+)(?:[.,][0-9]+)? ?[%€$£]?$`)

// judge refuses a table of which a column may change the count, and names the others that are
// not read.
func (t *table) judge() error {
	var unread []string
	for _, b := range t.beside {
		if b.filled == 0 {
			continue
		}
		if err := t.judgeContests(b); err != nil {
			return err
		}
		if err := t.judgeStatus(b); err != nil {
			return err
		}
		if err := t.judgeFigures(b); err != nil {
			return err
		}
		switch {
		case b.contest:
		case b.twice != "":
			t.notes = append(t.notes, fmt.Sprintf("Each row is a ballot, and %s has %s in several rows.", b.name(), quote([]byte(b.twice))))
		case b.isHarmless():
		case b.title == "":
			unread = append(unread, fmt.Sprintf("column %d", b.at+1))
		default:
			unread = append(unread, quote([]byte(b.title)))
		}
	}
	if len(unread) > 0 {
		t.notes = append(t.notes, fmt.Sprintf("Columns that are not read: %s.", and(some(unread))))
	}
	return nil
}

// failAt is what is wrong with a column.
func (t *table) failAt(b *beside, format string, args ...any) error {
	t.row = b.where
	return t.fail(b.at, format, args...)
}

// judgeContests refuses a table with the ballots of several contests.
func (t *table) judgeContests(b *beside) error {
	at := func(place [2]int, format string, args ...any) error {
		return &Error{File: t.file(), Line: place[0], Column: place[1], Message: fmt.Sprintf(format, args...)}
	}
	switch {
	case b.contest && t.Contest != "" && !t.chosen:
		return nil
	case b.contest && len(b.values) > 1:
		return at(b.changes, "The file has several contests: %s. Choose one of them with -contest.", and(quoteAll(b.values)))
	case b.contest && b.empty > 0:
		return t.failAt(b, "Some rows do not say which contest they are of: write it in %s, or delete the column.", quote([]byte(b.title)))
	case b.parts(t):
		return at(b.changes, "Where %s is %s the ballots have other options than elsewhere: if these are several contests, call the column %q, and choose one of them with -contest; if not, delete the column.",
			b.name(), quote([]byte(b.values[1])), "contest")
	}
	return nil
}

// name returns how to speak of the column.
func (b *beside) name() string {
	if b.title == "" {
		return fmt.Sprintf("column %d", b.at+1)
	}
	return quote([]byte(b.title))
}

// parts reports whether the values of the column part the ballots into some that have no
// option in common, as contests do.
func (b *beside) parts(t *table) bool {
	if len(b.values) < 2 || len(b.values) == maxValues || !t.ranksSeveral || slices.Max(b.rows) < 2 {
		return false
	}
	options := make([]int, len(b.values))
	for option, value := range b.options {
		if value == several {
			return false
		}
		if !t.writeIn[option] {
			options[value]++
		}
	}
	ranked := 0
	for _, n := range options {
		if n > 0 {
			ranked++
		}
	}
	return ranked > 1 && slices.Max(options) > 1
}

// fewValues is how many different texts a column may have that says what became of ballots.
const fewValues = 5

// judgeStatus refuses a table of which a column may say that some ballots do not count.
func (t *table) judgeStatus(b *beside) error {
	const out = "delete the rows that do not count, and then the column."
	if b.discard != "" {
		return &Error{
			File: t.file(), Line: b.discards[0], Column: b.discards[1],
			Message: fmt.Sprintf("It is not clear whether this row counts, since %s is %s: %s", b.name(), quote([]byte(b.discard)), out),
		}
	}
	if b.times && b.lacks[0] > 0 {
		return &Error{
			File: t.file(), Line: b.lacks[0], Column: b.lacks[1],
			Message: fmt.Sprintf("It is not clear whether this row counts, since it has nothing in %s, where others have a time: %s", b.name(), out),
		}
	}
	differs := b.empty > 0 || len(b.values) > 1 && len(b.values) <= fewValues && slices.ContainsFunc(b.values, func(value string) bool { return !moment.MatchString(value) })
	if differs && slices.ContainsFunc(b.titles, func(title string) bool { return statusTitle.MatchString(wordsOf(plainText(title))) }) {
		return t.failAt(b, "It is not clear whether %s says which ballots count: %s", b.name(), out)
	}
	return nil
}

// moment is a date or a time, if it is not another number; dateOrTime is nothing else.
var (
	moment     = regexp.MustCompile(`[0-9][:./-][0-9]`)
	dateOrTime = regexp.MustCompile(`[0-9]:[0-9]{2}|[0-9][./-] ?[0-9]{1,2}[./-] ?[0-9]`)
)

// noContest refuses a table of which no row is of the contest that was asked for.
func (t *table) noContest() error {
	for _, b := range t.beside {
		if b.contest && t.rows == 0 && t.Contest != "" && !t.chosen {
			return t.failAt(b, "There is no contest %s here, but %s.", quote([]byte(t.Contest)), and(quoteAll(b.values)))
		}
	}
	return nil
}

// judgeFigures refuses a table of which a column may say how many ballots each row is: there
// are numbers in it, which neither count the rows nor are ids, or the like.
func (t *table) judgeFigures(b *beside) error {
	constant := len(b.values) == 1 && b.empty == 0 && slices.Contains([]string{"0", "1"}, b.values[0])
	numbering := b.numbering && (b.filled > 1 || b.last <= 1)
	if b.contest || !b.figures || b.isHarmless() || constant || numbering || b.long {
		return nil
	}
	return t.failAt(b, `It is not clear whether %s says how many ballots there are: if it does, call it "count", and else delete the column.`, b.name())
}

// isHarmless reports whether it is known what the column is, and that numbers in it are not
// numbers of ballots.
func (b *beside) isHarmless() bool {
	harmless := false
	for _, title := range b.titles {
		text := plainText(title)
		if mayCount.MatchString(text) {
			return false
		}
		harmless = harmless || isMeta(title) && !slices.Contains(measures, text) || idTitle.MatchString(title) || besideTitle.MatchString(text) && !counting.MatchString(text)
	}
	return harmless
}

// some returns the first of several texts, and how many more there are.
func some(texts []string) []string {
	const most = 10
	if len(texts) <= most {
		return texts
	}
	return append(slices.Clip(texts[:most]), fmt.Sprintf("%d more", len(texts)-most))
}

// measures are titles of columns that come beside votes, but may be weights.
var measures = []string{"score", "total", "total points"}

var (
	// contestTitle is the title of a column that names contests.
	contestTitle = regexp.MustCompile(`^(?:the |name of (?:the )?)?(?:contest|race|office|question|election|poll|measure|proposition|proposal|motion|resolution|referendum|vacancy|seat|post|position|` +
		`round|wahl|wahlgang|amt|frage|abstimmung|antrag|scrutin|election|vote|poste|question|tour|eleccion|votacion|cargo|puesto|pregunta|contienda|elezione|votazione|carica|domanda|` +
		`eleicao|votacao|pergunta|verkiezing|stemming|functie|vraag|omrostning|fraga|valg|sporsmal)s?(?:[ _-]?(?:id|no|nr|num|name|title|number|code|text|titel|nom|nombre|nome|naam|namn)\.?)?$`)
	// statusTitle is in titles of columns that say what became of ballots.
	statusTitle = regexp.MustCompile(`\b(?:status|state of|valid|validity|validated|validation|invalid|accept(?:ed|ance)?|reject(?:ed|ion)?|eligib\w*|ineligib\w*|counted|counts|countable|cancel\w*|void(?:ed)?|` +
		`spoil\w*|verif\w*|approv(?:ed|al)|confirm\w*|disposition|decision|qualified|disqual\w*|duplicated?|deleted?|removed|withdrawn|finished|completed?|submitted|progress|test|tests|` +
		`challenged?|provisional|cured|included?|excluded?|used?|ok|adjudicat\w*|remade|flag|flagged|entitled|` +
		`gultig\w*|ungultig\w*|zugelassen|gezahlt|gewertet|berechtigt|stimmberechtigt|wahlberechtigt|bestatigt|abgeschlossen|beendet|valide\w*|valable|comptabilise|annule\w*|accepte\w*|rejete\w*|etat|statut|` +
		`termine\w*|valid[oa]s?|validez|validad[oa]|anulad[oa]s?|aceptad[oa]s?|rechazad[oa]s?|estado|estatus|terminado|annullat[oa]|stato|accettat[oa]|situacao|aceit[oe]|rejeitad[oa]|` +
		`geldig\w*|ongeldig\w*|giltig\w*|ogiltig\w*|gyldig\w*|ugyldig\w*)\b`)
	// discarded is what says that a ballot does not count.
	discarded = regexp.MustCompile(`^(?:reject(?:ed)?|invalid(?:ated)?|void(?:ed)?|spoil(?:ed|t)|disqualified|cancell?ed|not (?:counted|valid|eligible|accepted|verified|approved)|ineligible|deleted|withdrawn|` +
		`duplicated?|(?:survey )?(?:preview|test)|spam|challenged|provisional|ungultig|zuruckgewiesen|abgelehnt|doppelt|nicht gultig|nul|annule|rejete|invalide|nulo|anulado|anulada|rechazado|rechazada|` +
		`nullo|annullato|annullata|non valid[oa]|rejeitado|ongeldig|ogiltig|ugyldig)(?: (?:ballot|vote|paper|entry|response|stimme|stimmzettel|bulletin|voto))?$`)
	// besideTitle is in titles of columns whose numbers are not numbers of ballots.
	besideTitle = regexp.MustCompile(`\b(?:id|ids|uid|uuid|guid|key|ref|reference|code|zip|zipcode|postcode|postal|plz|phone|telephone|telefon|tel|mobile|handy|fax|age|old|alter|year|years|jahr|born|birth|birthday|dob|` +
		`date|datum|fecha|time|zeit|hora|heure|uhrzeit|day|hour|minute|timestamp|zeitstempel|horodateur|duration|seconds|latitude|longitude|lat|lng|lon|ip|precinct|ward|district|wahlkreis|wahlbezirk|` +
		`batch|box|tabulator|scanner|machine|device|sheet|page|row|line|zeile|index|seq|sequence|serial|collector|record|room|version)\b`)
	// counting is in titles of columns whose numbers are, though a word such as "row" is in it too.
	counting = regexp.MustCompile(`\b(?:votes?|ballots?|voters?|counts?|cnt|totals?|number of|how many|shares?|weights?|copies|freq\w*|times|power|units?|stimmen|anzahl|combien|cuantos|quanti)\b`)
	// idTitle ends in ID behind a small letter: "RowID".
	idTitle = regexp.MustCompile(`[a-z]I[Dd]$`)
)

// isFigure reports whether an option is rather a number of votes: 120, 45 %, 1,234.
func isFigure(name string) bool {
	_, whole := number([]byte(name))
	return whole || utf8.RuneCountInString(name) < 20 && figure.MatchString(name)
}
