package ballotfile

import (
	"bytes"
	"cmp"
	"encoding/xml"
	"errors"
	"fmt"
	"hash/fnv"
	"io"
	"slices"
	"strings"
	"unicode/utf8"

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

	guids map[[16]byte]bool // of the records, hashed: there may be a million

	rejected, invalid int
}

type hartRecord struct {
	XMLName  xml.Name
	GUID     once          `xml:"CvrGuid"`
	Contests []hartContest `xml:"Contests>Contest"`
}

type hartContest struct {
	place
	Name        once
	Key         once         `xml:"Id"`
	KEY         once         `xml:"ID"`
	Options     []hartOption `xml:"Options>Option"`
	InvalidVote once
}

type hartOption struct {
	place
	Name        once
	Key         once `xml:"Id"`
	KEY         once `xml:"ID"`
	Value       once
	WriteInData []struct{ Text, WriteInDataStatus once }
}

// A once is the text of an element that is there once at most: of several, other programs may
// take another one.
type once struct {
	name, text string
	times      int
}

// UnmarshalXML implements [xml.Unmarshaler].
func (o *once) UnmarshalXML(d *xml.Decoder, start xml.StartElement) error {
	o.name, o.times = start.Name.Local, o.times+1
	return d.DecodeElement(&o.text, &start)
}

// repeats returns a sentence if one of the elements is there more than once.
func repeats(elements ...once) (complaint string) {
	for _, e := range elements {
		if e.times > 1 {
			return fmt.Sprintf("%s is there %d times here: delete the wrong ones.", e.name, e.times)
		}
	}
	return ""
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
		names: make(map[string]map[string]string), options: make(map[string][]optionID), guids: make(map[[16]byte]bool),
	}
}

// read reads the record in a file.
func (h *hart) read(name string, r io.Reader) error {
	data, err := io.ReadAll(io.LimitReader(r, maxRecord+1))
	if err != nil {
		return err
	}
	refuse := func(at place, format string, args ...any) error {
		return &Error{name, max(1, at.line), max(1, at.column), fmt.Sprintf(format, args...)}
	}
	if len(data) > maxRecord {
		return refuse(place{}, "A record is not larger than %d MB.", maxRecord>>20)
	}
	d := xml.NewDecoder(bytes.NewReader(data))
	d.CharsetReader = func(charset string, r io.Reader) (io.Reader, error) {
		encoding, err := htmlindex.Get(charset)
		if err != nil {
			return nil, err
		}
		switch name, _ := htmlindex.Name(encoding); {
		case strings.HasPrefix(name, "utf-16"):
			return r, nil // it was decoded already
		case utf8.Valid(data) && bytes.ContainsFunc(data, func(r rune) bool { return r >= utf8.RuneSelf }):
			return nil, fmt.Errorf("it says that it is in %s, but is in UTF-8", charset)
		}
		return encoding.NewDecoder().Reader(r), nil
	}
	var record hartRecord
	err = d.Decode(&record)
	at := here(d)
	var syntax *xml.SyntaxError
	switch {
	case errors.Is(err, io.EOF), errors.As(err, &syntax), errors.As(err, new(xml.UnmarshalError)):
		return refuse(at, "This is not XML: %v.", err)
	case err != nil:
		return refuse(at, "This cannot be read: %v.", err)
	case record.XMLName.Local == "CastVoteRecordReport":
		return refuse(place{}, "These are cast vote records in NIST's format (SP 1500-103) as XML, which is not read: export them as JSON.")
	case !strings.EqualFold(record.XMLName.Local, "Cvr"):
		return refuse(place{}, "This is XML, but not a cast vote record of Hart, whose outermost element is Cvr, not %s.", quote([]byte(record.XMLName.Local)))
	}
	if !endsHere(d) {
		return refuse(at, "Something follows the record here: if files were put together, count a folder with each of them.")
	}
	if complaint := cmp.Or(repeats(record.GUID), h.again(record.GUID.text)); complaint != "" {
		return refuse(place{}, "%s", complaint)
	}
	seen := make(map[string]bool)
	for i := range record.Contests {
		id := record.Contests[i].id()
		if seen[id] {
			return refuse(record.Contests[i].place, "The contest %s is twice in this record.", quote([]byte(id)))
		}
		seen[id] = true
		if at, complaint := h.take(&record.Contests[i]); complaint != "" {
			return refuse(at, "%s", complaint)
		}
	}
	return nil
}

// endsHere reports whether nothing follows the record.
func endsHere(d *xml.Decoder) bool {
	for {
		switch token, err := d.Token(); token := token.(type) {
		case nil:
			return errors.Is(err, io.EOF)
		case xml.Comment, xml.ProcInst:
		case xml.CharData:
			if len(bytes.TrimSpace(token)) > 0 {
				return false
			}
		default:
			return false
		}
	}
}

// again returns a sentence if the same record was read before.
func (h *hart) again(guid string) (complaint string) {
	if guid = strings.TrimSpace(guid); guid == "" {
		return ""
	}
	hash, key := fnv.New128a(), [16]byte{}
	_, _ = io.WriteString(hash, guid) // never fails
	hash.Sum(key[:0])
	if h.guids[key] {
		return fmt.Sprintf("Another file has the record with the CvrGuid %s, too: delete one of the two.", quote([]byte(guid)))
	}
	h.guids[key] = true
	return ""
}

func (c *hartContest) id() string { return cmp.Or(c.Key.text, c.KEY.text, c.Name.text) }

// take adds the ballot of a contest.
func (h *hart) take(c *hartContest) (at place, complaint string) {
	id := c.id()
	if id == "" {
		return c.place, "A contest has neither a name nor an id."
	}
	if complaint := repeats(c.Name, c.Key, c.KEY, c.InvalidVote); complaint != "" {
		return c.place, complaint
	}
	if _, known := h.labels[id]; !known {
		h.labels[id], h.names[id] = cmp.Or(strings.TrimSpace(c.Name.text), id), make(map[string]string)
	}
	if c.InvalidVote.times > 0 && !strings.EqualFold(strings.TrimSpace(c.InvalidVote.text), "false") {
		h.invalid++
		return c.place, h.put(id, nil)
	}
	var marks []position
	unranked := 0
	for i := range c.Options {
		o := &c.Options[i]
		if complaint := repeats(o.Name, o.Key, o.KEY, o.Value); complaint != "" {
			return o.place, complaint
		}
		if o.Value.times == 0 {
			continue // the empty option of a contest without a mark
		}
		option, complaint := h.option(id, o)
		if complaint != "" {
			return o.place, complaint
		}
		value := strings.TrimSpace(o.Value.text)
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
	name := strings.TrimSpace(o.Name.text)
	id = cmp.Or(o.Key.text, o.KEY.text, name)
	status, text := "", ""
	if len(o.WriteInData) > 0 {
		data := o.WriteInData[0]
		if complaint := repeats(once{name: "WriteInData", times: len(o.WriteInData)}, data.Text, data.WriteInDataStatus); complaint != "" {
			return "", complaint
		}
		status, text = data.WriteInDataStatus.text, strings.TrimSpace(data.Text.text)
	}
	switch {
	case strings.EqualFold(status, "Rejected"):
		h.rejected++
		return "", ""
	case strings.EqualFold(status, "Resolved") && text != "":
		name = text
		id = h.called(contest, name)
	case len(o.WriteInData) > 0, name == "" && id != "":
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
