package top

import (
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"
)

// shownKinds is how many kinds of commands there is room for.
const shownKinds = 8

// write shows figures as a screenful of text.
func (f *figures) write(w io.Writer, from string) {
	head := "caucus " + f.version + " at " + from
	if f.up > 0 {
		head += ", up " + f.up.String()
	}
	fmt.Fprintf(w, "%-70s %s\n\n", head, f.at.Format(time.TimeOnly))
	fmt.Fprintf(w, "people %12s connected     polls %12s in memory\n", grouped(f.people), grouped(f.polls))
	files := grouped(f.files)
	if f.maxFiles > 0 {
		files += " of " + grouped(f.maxFiles)
	}
	fmt.Fprintf(w, "memory %12s               files %12s\n", bytesOf(f.memory), files)
	fmt.Fprintf(w, "processor %8.0f%% of one      goroutines %7s\n\n", 100*f.processor, grouped(f.threads))
	fmt.Fprintf(w, "%-28s %12s %12s %12s %10s\n", "", "a second", "half within", "99% within", "failed")
	f.commands.write(w, "")
	for _, kind := range f.kinds[:min(len(f.kinds), shownKinds)] {
		kind.write(w, "  ")
	}
	f.requests.write(w, "")
	f.appends.write(w, "")
	fmt.Fprintln(w)
	fmt.Fprintf(w, "sent     %10s a second in %s packets, %s patches\n", bytesOf(f.sent), number(f.packets), number(f.patches))
	fmt.Fprintf(w, "received %10s a second\n", bytesOf(f.received))
	if f.turnedAway > 0 {
		fmt.Fprintf(w, "%s clients a second are told to come back later: see -max-arriving\n", number(f.turnedAway))
	}
}

func (k *work) write(w io.Writer, indent string) {
	half, most := "", ""
	if k.rate > 0 {
		half, most = seconds(k.half), seconds(k.most)
	}
	failed := ""
	if k.failed > 0 {
		failed = number(k.failed)
	}
	fmt.Fprintln(w, strings.TrimRight(fmt.Sprintf("%-28s %12s %12s %12s %10s", indent+k.name, number(k.rate), half, most, failed), " "))
}

// number shows few digits of what is small.
func number(v float64) string {
	if v > 0 && v < 10 {
		return strconv.FormatFloat(v, 'f', 1, 64)
	}
	return grouped(v)
}

// grouped shows a whole number with its thousands apart.
func grouped(v float64) string {
	digits := strconv.FormatFloat(v, 'f', 0, 64)
	for i := len(digits) - 3; i > 0; i -= 3 {
		digits = digits[:i] + "," + digits[i:]
	}
	return digits
}

func bytesOf(v float64) string {
	for _, unit := range []string{"B", "KB", "MB"} {
		if v < 1000 {
			return strconv.FormatFloat(v, 'f', 0, 64) + " " + unit
		}
		v /= 1000
	}
	return strconv.FormatFloat(v, 'f', 1, 64) + " GB"
}

func seconds(v float64) string {
	if v < 1 {
		return strconv.FormatFloat(1000*v, 'f', 1, 64) + " ms"
	}
	return strconv.FormatFloat(v, 'f', 1, 64) + " s"
}
