package ballotfile

import (
	"archive/zip"
	"encoding/xml"
	"errors"
	"io"
	"path"
	"regexp"
	"strconv"
	"strings"
	"unicode/utf8"
)

// A sheetPart is what the XML of a sheet says beside the values of its cells.
type sheetPart struct {
	uncomputed []string // the first cell, such as B2, with a formula that has no result
	merged     []string // the first of the cells of each merger
	struck     []string // cells with a line through them
	lost       []string // the first cell of whose text a part was lost
	hidden     []int    // columns, from 0
}

// sheetPartOf reads the part of a workbook that has a sheet. A workbook whose parts are not where
// they ought to be has none.
func sheetPartOf(archive *zip.Reader, sheet string) (*sheetPart, error) {
	var book struct {
		Sheets []struct {
			Name string `xml:"name,attr"`
			ID   string `xml:"http://schemas.openxmlformats.org/officeDocument/2006/relationships id,attr"`
		} `xml:"sheets>sheet"`
	}
	var links struct {
		Links []struct {
			ID     string `xml:"Id,attr"`
			Target string `xml:"Target,attr"`
		} `xml:"Relationship"`
	}
	if err := errors.Join(readPart(archive, "xl/workbook.xml", &book), readPart(archive, "xl/_rels/workbook.xml.rels", &links)); err != nil {
		return &sheetPart{}, nil // the sheet was read without them
	}
	for _, s := range book.Sheets {
		for _, link := range links.Links {
			if s.Name != sheet || s.ID != link.ID {
				continue
			}
			target := path.Join("xl", link.Target)
			if strings.HasPrefix(link.Target, "/") {
				target = path.Clean(link.Target[1:])
			}
			file, err := archive.Open(target)
			if err != nil {
				return nil, err
			}
			defer file.Close()
			return scanSheet(xml.NewDecoder(file), struckStyles(archive), lostTexts(archive))
		}
	}
	return &sheetPart{}, nil
}

// readPart reads a small part of a workbook.
func readPart(archive *zip.Reader, name string, into any) error {
	file, err := archive.Open(name)
	if err != nil {
		return err
	}
	defer file.Close()
	return xml.NewDecoder(file).Decode(into)
}

// struckStyles returns the styles of cells, by number, with a line through the text.
func struckStyles(archive *zip.Reader) map[string]bool {
	type font struct {
		Strike *struct {
			Value string `xml:"val,attr"`
		} `xml:"strike"`
	}
	var styles struct {
		Fonts []font `xml:"fonts>font"`
		Cells []struct {
			Font int `xml:"fontId,attr"`
		} `xml:"cellXfs>xf"`
	}
	if readPart(archive, "xl/styles.xml", &styles) != nil {
		return nil // the sheet was read without them
	}
	struck := make(map[string]bool)
	for i, cell := range styles.Cells {
		if cell.Font >= 0 && cell.Font < len(styles.Fonts) {
			if strike := styles.Fonts[cell.Font].Strike; strike != nil && strike.Value != "0" && strike.Value != "false" {
				struck[strconv.Itoa(i)] = true
			}
		}
	}
	return struck
}

// lostTexts returns which of the texts that cells share, by number, excelize has not read in whole.
func lostTexts(archive *zip.Reader) map[string]bool {
	file, err := archive.Open("xl/sharedStrings.xml")
	if err != nil {
		return nil // cells share nothing
	}
	defer file.Close()
	lost, dec, number := make(map[string]bool), xml.NewDecoder(file), -1
	for {
		switch token, err := dec.RawToken(); token := token.(type) {
		case xml.StartElement:
			if token.Name.Local == "si" {
				number++
			}
		case xml.CharData:
			if hasHalf(token) {
				lost[strconv.Itoa(number)] = true
			}
		case nil:
			if err != nil {
				return lost // the sheet was read, so this is the end
			}
		}
	}
}

// hasHalf reports whether a text of a workbook has an escape such as _xD83D_ for half a character,
// which excelize leaves out, even where the other half is behind it.
func hasHalf(text []byte) bool {
	for _, escape := range escapes.FindAll(text, -1) {
		if unit, err := strconv.ParseUint(string(escape[2:6]), 16, 16); err == nil && !utf8.ValidRune(rune(unit)) {
			return true
		}
	}
	return false
}

// escapes are how workbooks write what XML cannot, and an _ that begins what looks like one.
var escapes = regexp.MustCompile(`_x[0-9a-fA-F]{4}_`)

// scanSheet reads the XML of a sheet, of whose styles some have a line through the text, and some
// of whose texts have lost something.
func scanSheet(dec *xml.Decoder, struckStyles, lostTexts map[string]bool) (*sheetPart, error) {
	p := &sheetPart{}
	var cell, kind string
	var formula, value, struck bool
	for {
		token, err := dec.RawToken()
		if errors.Is(err, io.EOF) {
			return p, nil
		}
		if err != nil {
			return nil, err
		}
		switch token := token.(type) {
		case xml.StartElement:
			switch token.Name.Local {
			case "col":
				p.hide(token)
			case "c":
				cell, kind = attribute(token, "r"), attribute(token, "t")
				formula, value, struck = false, false, struckStyles[attribute(token, "s")]
			case "mergeCell":
				first, _, _ := strings.Cut(attribute(token, "ref"), ":")
				p.merged = append(p.merged, first)
			case "f":
				formula = true
			case "v", "is":
				value = true
			}
		case xml.CharData:
			if value && p.lost == nil && (kind == "s" && lostTexts[string(token)] || hasHalf(token)) {
				p.lost = []string{cell}
			}
		case xml.EndElement:
			if token.Name.Local == "c" && formula && !value && p.uncomputed == nil {
				p.uncomputed = []string{cell}
			}
			if token.Name.Local == "c" && value && struck {
				p.struck = append(p.struck, cell)
			}
		}
	}
}

// hide notes the columns of an element if they are hidden.
func (p *sheetPart) hide(col xml.StartElement) {
	const most = 1 << 14 // columns of a sheet
	if hidden, _ := strconv.ParseBool(attribute(col, "hidden")); !hidden {
		return
	}
	first, _ := strconv.Atoi(attribute(col, "min"))
	last, _ := strconv.Atoi(attribute(col, "max"))
	for c := max(1, first); c <= min(last, most); c++ {
		p.hidden = append(p.hidden, c-1)
	}
}

func attribute(e xml.StartElement, name string) string {
	for _, a := range e.Attr {
		if a.Name.Local == name {
			return a.Value
		}
	}
	return ""
}
