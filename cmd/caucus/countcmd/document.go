package countcmd

import (
	"bytes"
	"cmp"
	"slices"
	"strings"

	"github.com/rivo/uniseg"
)

// A document is what there is to tell, for text and for Markdown alike.
type document []block

type block interface {
	text(*bytes.Buffer)
	markdown(*bytes.Buffer)
}

// lineWidth is how wide lines of text may become.
const lineWidth = 80

func (d document) text() []byte     { return d.write(block.text) }
func (d document) markdown() []byte { return d.write(block.markdown) }

// write writes the blocks with an empty line between them.
func (d document) write(one func(block, *bytes.Buffer)) []byte {
	var out bytes.Buffer
	for i, b := range d {
		if i > 0 {
			out.WriteByte('\n')
		}
		one(b, &out)
	}
	return out.Bytes()
}

// A heading is the title of it all.
type heading string

func (h heading) text(out *bytes.Buffer) {
	out.WriteString(string(h) + "\n" + strings.Repeat("═", width(string(h))) + "\n")
}

func (h heading) markdown(out *bytes.Buffer) { out.WriteString("# " + escape(string(h)) + "\n") }

// A paragraph is some sentences.
type paragraph string

func (p paragraph) text(out *bytes.Buffer) { wrap(out, "", "", string(p)) }

func (p paragraph) markdown(out *bytes.Buffer) { out.WriteString(escape(string(p)) + "\n") }

// Steps are what happened, one after the other.
type steps []step

type step struct{ name, what string }

func (s steps) text(out *bytes.Buffer) {
	widest := 0
	for _, one := range s {
		widest = max(widest, width(one.name))
	}
	for _, one := range s {
		wrap(out, pad(one.name, widest)+"  ", strings.Repeat(" ", widest+2), one.what)
	}
}

func (s steps) markdown(out *bytes.Buffer) {
	for _, one := range s {
		out.WriteString("- **" + escape(one.name) + "**: " + escape(one.what) + "\n")
	}
}

// A table has a head, and rows as long as that. Its first column is names.
type table struct {
	head []string
	rows [][]cell
}

// A cell is a figure, and perhaps a note behind it that does not push it out of line.
type cell struct{ figure, note string }

// maxName is how wide a name may be in a table of text.
const maxName = 24

// text writes the table in pieces, one below the other, of as many columns as fit.
func (t *table) text(out *bytes.Buffer) {
	names := width(t.head[0])
	for _, row := range t.rows {
		names = max(names, width(clip(row[0].figure, maxName)))
	}
	spans := t.spans()
	for from := 1; from < len(t.head); {
		to, room := from, lineWidth-names
		for ; to < len(t.head); to++ {
			if room -= 2 + spans[to].figures + spans[to].notes; room < 0 && to > from {
				break
			}
		}
		if from > 1 {
			out.WriteByte('\n')
		}
		t.piece(out, names, spans, from, to)
		from = to
	}
}

// piece writes the columns [from, to), with the names of rows that have something there.
func (t *table) piece(out *bytes.Buffer, names int, spans []span, from, to int) {
	line := func(name string, column func(int) cell) {
		var b strings.Builder
		b.WriteString(pad(clip(name, maxName), names))
		for i := from; i < to; i++ {
			c := column(i)
			b.WriteString("  " + strings.Repeat(" ", max(0, spans[i].figures-width(c.figure))) + c.figure + pad(c.note, spans[i].notes))
		}
		out.WriteString(strings.TrimRight(b.String(), " ") + "\n")
	}
	line(t.head[0], func(i int) cell {
		if spans[i].figures == 0 {
			return cell{note: t.head[i]}
		}
		return cell{figure: t.head[i]}
	})
	for _, row := range t.rows {
		if !slices.ContainsFunc(row[from:to], func(c cell) bool { return c != (cell{}) }) {
			continue // as of an option that went out before
		}
		line(row[0].figure, func(i int) cell { return row[i] })
	}
}

// A span is how wide a column's figures and its notes are. Its head is a figure, but in a
// column of notes.
type span struct{ figures, notes int }

// spans returns the span of every column.
func (t *table) spans() []span {
	spans := make([]span, len(t.head))
	for _, row := range t.rows {
		for i, c := range row {
			spans[i].figures, spans[i].notes = max(spans[i].figures, width(c.figure)), max(spans[i].notes, width(c.note))
		}
	}
	for i, head := range t.head {
		if s := &spans[i]; s.figures > 0 || s.notes == 0 {
			s.figures = max(s.figures, width(head))
		} else {
			s.notes = max(s.notes, width(head))
		}
	}
	return spans
}

func (t *table) markdown(out *bytes.Buffer) {
	line := func(cells []string) {
		out.WriteString("| " + strings.Join(cells, " | ") + " |\n")
	}
	head, rule := slices.Clone(t.head), []string{"---"}
	spans := t.spans()
	for i := range head {
		head[i] = escape(cmp.Or(head[i], " "))
		if i > 0 && spans[i].figures > 0 {
			rule = append(rule, "--:")
		} else if i > 0 {
			rule = append(rule, "---")
		}
	}
	line(head)
	line(rule)
	for _, row := range t.rows {
		var cells []string
		for _, c := range row {
			cells = append(cells, escape(c.figure+c.note))
		}
		line(cells)
	}
}

// escape keeps Markdown and HTML from seeing marks in a text that has none.
func escape(text string) string {
	return strings.NewReplacer(
		`\`, `\\`, "`", "\\`", "*", `\*`, "_", `\_`, "[", `\[`, "]", `\]`, "|", `\|`, "#", `\#`, "~", `\~`, "<", "&lt;", ">", "&gt;", "&", "&amp;",
	).Replace(text)
}

// wrap writes a text in lines, the first of which begins with first and the others with
// rest.
func wrap(out *bytes.Buffer, first, rest, text string) {
	line, used := first, width(first)
	for i, word := range strings.Fields(text) {
		w := width(word)
		switch {
		case i == 0:
		case used+1+w > lineWidth:
			out.WriteString(line + "\n")
			line, used = rest, width(rest)
		default:
			line += " "
			used++
		}
		line += word
		used += w
	}
	out.WriteString(line + "\n")
}

// width returns how many columns a text takes up in a terminal.
func width(text string) int { return uniseg.StringWidth(text) }

// pad fills a text up with spaces.
func pad(text string, to int) string {
	return text + strings.Repeat(" ", max(0, to-width(text)))
}

// clip shortens a text that is too wide.
func clip(text string, to int) string {
	if width(text) <= to {
		return text
	}
	var kept string
	for graphemes := uniseg.NewGraphemes(text); graphemes.Next(); {
		if width(kept+graphemes.Str()) > to-1 {
			break
		}
		kept += graphemes.Str()
	}
	return kept + "…"
}
