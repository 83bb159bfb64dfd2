package ballotfile

import (
	"cmp"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"golang.org/x/text/encoding/htmlindex"
)

// maxRecord bounds the bytes of one of Hart's records.
const maxRecord = 4 << 20

// A hart reads the cast vote records of Hart's Verity, each a file in XML:
//
//	<Cvr><Contests><Contest><Name>Mayor</Name><Id>…</Id><Options>
//	  <Option><Name>Ann</Name><Id>…</Id><Value>0100</Value></Option>
//
// A 1 in the value of an option is a mark, at the rank of its place. An option without
// a name is a write-in: by its text if that was resolved, nobody if it was rejected, and else
// one of those that nobody declared.
type hart struct {
	records
	labels  map[string]string            // by contest: its name
	names   map[string]map[string]string // by contest and id: what an option is called
	options map[string][]optionID        // by contest: the same, in the order in which they are met

	rejected, invalid int
}

type hartRecord struct {
	XMLName  xml.Name
	Contests []hartContest `xml:"Contests>Contest"`
}

type hartContest struct {
	place
	Name        string
	Key         string       `xml:"Id"`
	KEY         string       `xml:"ID"`
	Options     []hartOption `xml:"Options>Option"`
	InvalidVote *string
}

type hartOption struct {
	place
	Name        string
	Key         string `xml:"Id"`
	KEY         string `xml:"ID"`
	Value       *string
	WriteInData *struct{ Text, WriteInDataStatus string }
}

// A place is where an element of XML begins.
type place struct{ line, column int }

// UnmarshalXML implements [xml.Unmarshaler].
func (c *hartContest) UnmarshalXML(d *xml.Decoder, start xml.StartElement) error {
	type plain hartContest // without this method
	at := here(d)
	err := d.DecodeElement((*plain)(c), &start)
	c.place = at
	return err
}

// UnmarshalXML implements [xml.Unmarshaler].
func (o *hartOption) UnmarshalXML(d *xml.Decoder, start xml.StartElement) error {
	type plain hartOption // without this method
	at := here(d)
	err := d.DecodeElement((*plain)(o), &start)
	o.place = at
	return err
}

func here(d *xml.Decoder) place {
	line, column := d.InputPos()
	return place{line, column}
}

func newHart(name string) *hart {
	return &hart{
		records: records{file: name}, labels: make(map[string]string),
		names: make(map[string]map[string]string), options: make(map[string][]optionID),
	}
}

// read reads the record in a file.
func (h *hart) read(name string, r io.Reader) error {
	limited := &io.LimitedReader{R: r, N: maxRecord}
	d := xml.NewDecoder(limited)
	d.CharsetReader = func(charset string, r io.Reader) (io.Reader, error) {
		if strings.EqualFold(charset, "utf-16") {
			return r, nil // it was decoded already
		}
		encoding, err := htmlindex.Get(charset)
		if err != nil {
			return nil, err
		}
		return encoding.NewDecoder().Reader(r), nil
	}
	var record hartRecord
	err := d.Decode(&record)
	at := here(d)
	refuse := func(at place, format string, args ...any) error {
		return &Error{name, max(1, at.line), max(1, at.column), fmt.Sprintf(format, args...)}
	}
	var syntax *xml.SyntaxError
	switch {
	case err != nil && limited.N == 0:
		return refuse(place{}, "A record is not larger than %d MB.", maxRecord>>20)
	case errors.Is(err, io.EOF), errors.As(err, &syntax), errors.As(err, new(xml.UnmarshalError)):
		return refuse(at, "This is not XML: %v.", err)
	case err != nil && d.InputOffset() == 0:
		return err
	case err != nil:
		return refuse(at, "This cannot be read: %v.", err)
	case record.XMLName.Local == "CastVoteRecordReport":
		return refuse(place{}, "These are cast vote records in NIST's format (SP 1500-103) as XML, which is not read: export them as JSON.")
	case !strings.EqualFold(record.XMLName.Local, "Cvr"):
		return refuse(place{}, "This is XML, but not a cast vote record of Hart, whose outermost element is Cvr, not %s.", quote([]byte(record.XMLName.Local)))
	}
	for i := range record.Contests {
		if at, complaint := h.take(&record.Contests[i]); complaint != "" {
			return refuse(at, "%s", complaint)
		}
	}
	return nil
}

// take adds the ballot of a contest.
func (h *hart) take(c *hartContest) (at place, complaint string) {
	id := cmp.Or(c.Key, c.KEY, c.Name)
	if id == "" {
		return c.place, "A contest has neither a name nor an id."
	}
	if _, known := h.labels[id]; !known {
		h.labels[id], h.names[id] = cmp.Or(strings.TrimSpace(c.Name), id), make(map[string]string)
	}
	if c.InvalidVote != nil && !strings.EqualFold(strings.TrimSpace(*c.InvalidVote), "false") {
		h.invalid++
		return c.place, h.put(id, nil)
	}
	var marks []position
	unranked := 0
	for i := range c.Options {
		o := &c.Options[i]
		if o.Value == nil {
			continue // the empty option of a contest without a mark
		}
		option, complaint := h.option(id, o)
		if complaint != "" {
			return o.place, complaint
		}
		value := strings.TrimSpace(*o.Value)
		if value == "" || strings.Trim(value, "01") != "" {
			return o.place, fmt.Sprintf("The value of an option has a 1 at each rank that it was given, such as 0100; %s has not.", quote([]byte(value)))
		}
		if len(value) == 1 && value == "1" {
			unranked++
		}
		for rank, bit := range value {
			if bit == '1' && option != "" {
				marks = append(marks, position{option, rank + 1})
			}
		}
	}
	complaint = h.put(id, marks)
	if of := h.contest(id); unranked > 1 && of != nil && of.broken == nil {
		of.broken = h.refuse("The contest %s has several options with one mark each: only ranked contests can be counted.", quote([]byte(h.labels[id])))
	}
	return c.place, complaint
}

// option returns the id under which an option is counted; empty if it is nobody.
func (h *hart) option(contest string, o *hartOption) (id, complaint string) {
	name := strings.TrimSpace(o.Name)
	id = cmp.Or(o.Key, o.KEY, name)
	switch {
	case o.WriteInData != nil && strings.EqualFold(o.WriteInData.WriteInDataStatus, "Rejected"):
		h.rejected++
		return "", ""
	case o.WriteInData != nil && strings.EqualFold(o.WriteInData.WriteInDataStatus, "Resolved") && strings.TrimSpace(o.WriteInData.Text) != "":
		name = strings.TrimSpace(o.WriteInData.Text)
		id = h.called(contest, name)
	case o.WriteInData != nil, name == "" && id != "":
		return writeIns, ""
	case name == "":
		return "", "An option has neither a name nor an id."
	}
	if complaint := cmp.Or(lostIn(name), lostIn(id)); complaint != "" {
		return "", complaint
	}
	switch before, known := h.names[contest][id]; {
	case !known:
		h.names[contest][id] = name
		h.options[contest] = append(h.options[contest], optionID{id, name})
	case before != name:
		return "", fmt.Sprintf("The option with the id %q is called %s here, and %s before.", id, quote([]byte(name)), quote([]byte(before)))
	}
	return id, ""
}

// called returns the id of the option of that name, which may have none but its name.
func (h *hart) called(contest, name string) string {
	for _, o := range h.options[contest] {
		if o.name == name {
			return o.id
		}
	}
	return name
}

// election returns the file that was read.
func (h *hart) election(contest string) (*File, error) {
	id, err := h.choose(contest, func(id string) string { return h.labels[id] })
	if err != nil {
		return nil, err
	}
	options := h.options[id]
	slices.SortFunc(options, func(a, b optionID) int { return cmp.Or(cmp.Compare(a.name, b.name), cmp.Compare(a.id, b.id)) })
	f, err := h.records.election(id, h.labels[id], options)
	if err != nil {
		return nil, err
	}
	if h.rejected > 0 {
		f.Notes = append(f.Notes, fmt.Sprintf("Write-ins that were rejected, in all contests: %d. They are not ranked.", h.rejected))
	}
	if h.invalid > 0 {
		f.Notes = append(f.Notes, fmt.Sprintf("Ballots that the records call invalid, in all contests: %d. They rank nothing.", h.invalid))
	}
	return f, nil
}

// readHart reads one record.
func (o Reader) readHart(name string, r io.Reader) (*File, error) {
	h := newHart(name)
	if err := h.read(name, r); err != nil {
		return nil, err
	}
	return h.election(o.Contest)
}
