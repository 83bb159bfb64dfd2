package ballotfile_test

import (
	"fmt"
	"hash/crc32"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/caucus-live/caucus/internal/ballotfile"
)

// cvr writes a record of Hart's with these contests.
func cvr(contests ...string) string {
	all := strings.Join(contests, "\n")
	return `<?xml version="1.0"?>` + "\n" + `<Cvr xmlns="http://tempuri.org/CVRDesign.xsd"><Contests>` + all + `</Contests><CvrGuid>` + fmt.Sprint(crc32.ChecksumIEEE([]byte(all))) + `</CvrGuid></Cvr>`
}

func hartContest(name string, rest ...string) string {
	return "<Contest><Name>" + name + "</Name><Id>" + name + "-id</Id>" + strings.Join(rest, "") + "</Contest>"
}

func hartOptions(options ...string) string {
	return "<Options>" + strings.Join(options, "\n") + "</Options>"
}

func hartOption(name, id, value string) string {
	return "<Option><Name>" + name + "</Name><Id>" + id + "</Id><Value>" + value + "</Value></Option>"
}

// writeIn writes an option without a name.
func writeIn(id, value, data string) string {
	return "<Option><Name /><Id>" + id + "</Id><Value>" + value + "</Value>" + data + "</Option>"
}

func writeInData(text, status string) string {
	return "<WriteInData><Text>" + text + "</Text><ImageId>i</ImageId><WriteInDataStatus>" + status + "</WriteInDataStatus></WriteInData>"
}

// Each 1 in a value is a mark; write-ins are by their name if that was resolved.
func TestHart(t *testing.T) {
	for name, c := range map[string]struct {
		text, want, note string
	}{
		"ranks":                        {cvr(hartContest("M", hartOptions(hartOption("Bob", "b", "0010"), hartOption("Ann", "a", "1000")))), "1 Ann>->Bob", ""},
		"several marks of one option":  {cvr(hartContest("M", hartOptions(hartOption("Ann", "a", "0101")))), "1 ->Ann>->Ann", ""},
		"an overvote":                  {cvr(hartContest("M", hartOptions(hartOption("Ann", "a", "10"), hartOption("Bob", "b", "10")))), "1 Ann=Bob", ""},
		"an option that nobody marked": {cvr(hartContest("M", hartOptions(hartOption("Ann", "a", "00")))), "1 ", ""},
		"no mark":                      {cvr(hartContest("M", "<Options><Option /></Options><Undervotes>3</Undervotes>")), "1 ", ""},
		"no options":                   {cvr(hartContest("M", "<NoVote>true</NoVote>")), "1 ", ""},
		"an unresolved write-in":       {cvr(hartContest("M", hartOptions(writeIn("w", "10", writeInData("", "Unresolved")), hartOption("Ann", "a", "01")))), "1 Undeclared Write-ins>Ann", ""},
		"two write-ins at one rank":    {cvr(hartContest("M", hartOptions(writeIn("v", "10", ""), writeIn("w", "10", "")))), "1 ?", ""},
		"a resolved write-in":          {cvr(hartContest("M", hartOptions(writeIn("w", "10", writeInData("Zoe", "Resolved"))))), "1 Zoe", ""},
		"a resolved write-in for one on the ballot": {
			cvr(hartContest("M", hartOptions(hartOption("Zoe", "z", "01"), writeIn("w", "10", writeInData("Zoe", "Resolved"))))), "1 Zoe>Zoe", "",
		},
		"a rejected write-in": {
			cvr(hartContest("M", hartOptions(writeIn("w", "10", writeInData("", "Rejected")), hartOption("Ann", "a", "01")))), "1 ->Ann",
			"Write-ins that were rejected, in all contests: 1. They are not ranked.",
		},
		"an invalid ballot": {
			cvr(hartContest("M", hartOptions(hartOption("Ann", "a", "10")), "<InvalidVote>true</InvalidVote>")), "1 ",
			"Ballots that the records call invalid, in all contests: 1. They rank nothing.",
		},
		"a valid ballot": {cvr(hartContest("M", hartOptions(hartOption("Ann", "a", "10")), "<InvalidVote>false</InvalidVote>")), "1 Ann", ""},
		"ids in capitals": {
			cvr("<Contest><Name>M</Name><ID>m</ID><Options><Option><Name>Ann</Name><ID>a</ID><Value>1000</Value></Option></Options></Contest>"), "1 Ann", "",
		},
	} {
		t.Run(name, func(t *testing.T) {
			for _, file := range []string{"x.xml", "-"} {
				f := read(t, file, c.text)
				if diff := cmp.Diff([]string{c.want}, ballots(f)); diff != "" {
					t.Error(diff)
				}
				if got := strings.Join(f.Notes, "|"); got != c.note {
					t.Errorf("note %q, not %q", got, c.note)
				}
			}
		})
	}
}

// A contest that is not ranked is not an obstacle to one that is.
func TestHartContests(t *testing.T) {
	council := hartContest("Council", hartOptions(hartOption("Ann", "a", "1"), hartOption("Bob", "b", "1")))
	mayor := hartContest("Mayor", hartOptions(hartOption("Cy", "c", "010")))
	for _, contest := range []string{"mayor", "Mayor-id"} {
		f, err := ballotfile.Reader{Contest: contest}.Read("x.xml", strings.NewReader(cvr(council, mayor)))
		if err != nil || f.Title != "Mayor" || !cmp.Equal(ballots(f), []string{"1 ->Cy"}) {
			t.Errorf("%s: %v, %v", contest, f, err)
		}
	}
	wrong(t, "x.xml", cvr(council, mayor), `x.xml:1:1: The file has several contests: "Council" and "Mayor". Choose one of them with -contest.`)
	wrong(t, "x.xml", cvr(council), `x.xml:1:1: The contest "Council" has several options with one mark each: only ranked contests can be counted.`)
}

// What is there twice, of which other programs may take the one or the other, is refused: elements, contests of a
// record, records in a file, and files of a record.
func TestTwiceInHart(t *testing.T) {
	ann := hartOption("Ann", "a", "10")
	for text, want := range map[string]string{
		cvr(hartContest("M", hartOptions(strings.Replace(ann, "<Value>", "<Value>01</Value><Value>", 1)))):                 "x.xml:2:110: Value is there 2 times here: delete the wrong ones.",
		cvr(hartContest("M", "<Name>N</Name>", hartOptions(ann))):                                                          "x.xml:2:66: Name is there 2 times here: delete the wrong ones.",
		cvr(hartContest("M", hartOptions(writeIn("w", "10", writeInData("Zoe", "Resolved")+writeInData("", "Rejected"))))): "x.xml:2:110: WriteInData is there 2 times here: delete the wrong ones.",
		cvr(hartContest("M", hartOptions(ann)), hartContest("M", hartOptions(ann))):                                        `x.xml:3:10: The contest "M-id" is twice in this record.`,
		cvr(hartContest("M", hartOptions(ann))) + "\n" + cvr():                                                             "x.xml:2:228: Something follows the record here: if files were put together, count a folder with each of them.",
	} {
		wrong(t, "x.xml", text, want)
	}
	if f := read(t, "x.xml", cvr(hartContest("M", hartOptions(ann)))+"\n<!-- the end -->\n"); len(ballots(f)) != 1 {
		t.Errorf("%v", f)
	}
	one := cvr(hartContest("M", hartOptions(ann)))
	_, err := ballotfile.Reader{}.ReadFolder("x", folder(map[string]string{"a.xml": one, "b.xml": one}))
	if want := `x/b.xml:1:1: Another file has the record with the CvrGuid "1052106835", too: delete one of the two.`; err == nil || err.Error() != want {
		t.Errorf("%v, not %s", err, want)
	}
}

// The encoding is the one that a record names, unless it is in another.
func TestEncodingsOfHart(t *testing.T) {
	record := strings.Replace(cvr(hartContest("M", hartOptions(hartOption("Zoë", "a", "10")))), `"1.0"`, `"1.0" encoding="%s"`, 1)
	latin := strings.Replace(record, "ë", "\xeb", 1)
	var wide strings.Builder
	for _, c := range fmt.Sprintf(record, "UTF-16LE") {
		wide.WriteString(string([]byte{byte(c), byte(c >> 8)}))
	}
	for name, text := range map[string]string{
		"UTF-8": fmt.Sprintf(record, "utf-8"), "Windows": fmt.Sprintf(latin, "windows-1252"), "UTF-16": wide.String(), "with a mark": "\xff\xfe" + wide.String(),
	} {
		if f := read(t, "x.xml", text); f.Names[0] != "Zoë" {
			t.Errorf("%s: %q", name, f.Names)
		}
	}
	wrong(t, "x.xml", fmt.Sprintf(record, "windows-1252"), `x.xml:1:46: This cannot be read: xml: opening charset "windows-1252": it says that it is in windows-1252, but is in UTF-8.`)
	wrong(t, "x.xml", fmt.Sprintf(latin, "euc-jp"), "x.xml:2:110: A character of \"Zo\ufffd\" was lost, or is U+FFFD, which stands for a lost one: write the right one.")
}

func TestBadHart(t *testing.T) {
	for text, want := range map[string]string{
		cvr(hartContest("M", hartOptions(hartOption("Ann", "a", "12")))):                               `x.xml:2:110: The value of an option has a 1 at each rank that it was given, such as 0100; "12" has not.`,
		cvr(hartContest("M", hartOptions(hartOption("Ann", "a", "10"), hartOption("Bob", "a", "01")))): `x.xml:3:9: The option with the id "a" is called "Bob" here, and "Ann" before.`,
		cvr(hartContest("M", hartOptions(hartOption("", "", "10")))):                                   `x.xml:2:110: An option has neither a name nor an id.`,
		cvr("<Contest></Contest>"): `x.xml:2:66: A contest has neither a name nor an id.`,
		cvr(hartContest("M", hartOptions(hartOption("Ann", "a", "10"), hartOption("Ann", "b", "01")))): `x.xml:1:1: The name "Ann" is there twice.`,
		cvr():                                    `x.xml:1:1: The records have no contest.`,
		"<Cvr><Contests></Cvr>":                  `x.xml:1:22: This is not XML: XML syntax error on line 1: element <Contests> closed by </Cvr>.`,
		"":                                       `x.xml:1:1: This is not XML: EOF.`,
		"<CastVoteRecordReport />":               `x.xml:1:1: These are cast vote records in NIST's format (SP 1500-103) as XML, which is not read: export them as JSON.`,
		"<Report />":                             `x.xml:1:1: This is XML, but not a cast vote record of Hart, whose outermost element is Cvr, not "Report".`,
		`<?xml version="1.0" encoding="x"?><a/>`: `x.xml:1:35: This cannot be read: xml: opening charset "x": htmlindex: invalid encoding name.`,
	} {
		wrong(t, "x.xml", text, want)
	}
	if _, err := ballotfile.Read("x.xml", ballotfile.Hart, strings.NewReader("<Cvr>"+strings.Repeat(" ", 5<<20))); err == nil || err.Error() != "x.xml:1:1: A record is not larger than 4 MB." {
		t.Error(err)
	}
}

func FuzzHart(f *testing.F) {
	for _, text := range []string{cvr(), cvr(hartContest("M", hartOptions(hartOption("Ann", "a", "10"), writeIn("w", "01", writeInData("Zoe", "Resolved"))))), "", "<Cvr>"} {
		f.Add(text)
	}
	fuzz(f, ballotfile.Hart)
}
