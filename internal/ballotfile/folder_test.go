package ballotfile_test

import (
	"archive/zip"
	"bytes"
	"errors"
	"slices"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"github.com/caucus-live/caucus/internal/ballotfile"
)

// What is said of names, and what a terminal may show of a title, does not depend on what a file is in.
func TestNotesOfEveryContainer(t *testing.T) {
	records := dominion(session(dominionMark("1", "1") + "," + dominionMark("2", "2")))
	for name, edit := range map[string][2]string{"ContestManifest.json": {"Mayor", `Ma\u001byor`}, "CandidateManifest.json": {"Bob", "Ann."}} {
		records[name].Data = bytes.Replace(records[name].Data, []byte(edit[0]), []byte(edit[1]), 1)
	}
	export, err := ballotfile.Reader{}.ReadFolder("x", records)
	if err != nil {
		t.Fatal(err)
	}
	if export.Title != "Ma yor" {
		t.Errorf("title %q", export.Title)
	}
	note := "Ann and Ann. are two options here, though they differ in signs alone."
	for name, f := range map[string]*ballotfile.File{
		"a folder": export, "a workbook": read(t, "x.xlsx", workbook(t, []any{"rank 1"}, []any{"Ann"}, []any{"Ann."})),
	} {
		if !slices.Contains(f.Notes, note) {
			t.Errorf("%s: %q", name, f.Notes)
		}
	}
}

// archive packs the files of a folder.
func archive(t *testing.T, files fstest.MapFS) string {
	t.Helper()
	var out bytes.Buffer
	w := zip.NewWriter(&out)
	if err := w.AddFS(files); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

var hartFolder = map[string]string{
	"cvrs/1_a.xml":         cvr(hartContest("M", hartOptions(hartOption("Ann", "a", "10")))),
	"cvrs/1_a.xml.sig.xml": "<Signature />",
	"cvrs/b.xml":           cvr(hartContest("M", hartOptions(hartOption("Bob", "b", "10"), hartOption("Ann", "a", "01")))),
	"images/w.png":         "…",
	".hidden/c.xml":        "…",
	"__MACOSX/cvrs/b.xml":  "…",
}

// A folder and an archive of it are the same election.
func TestFolders(t *testing.T) {
	for name, c := range map[string]struct {
		files map[string]string
		want  []string
		note  []string
	}{
		"Hart":           {hartFolder, []string{"1 Ann", "1 Bob>Ann"}, nil},
		"one table":      {map[string]string{"Lunch.csv/Lunch.csv": "rank 1,rank 2\nA,B\n"}, []string{"1 A>B"}, []string{"Ranks are columns 1 to 2.", `The file read is "Lunch.csv/Lunch.csv".`}},
		"one and a note": {map[string]string{"a.blt": "1 1\n1 1 0\n0\n\"A\"\n", "read me.txt": "…"}, []string{"1 A"}, []string{`The file read is "a.blt".`}},
	} {
		t.Run(name, func(t *testing.T) {
			files := folder(c.files)
			f, err := ballotfile.Reader{}.ReadFolder("x", files)
			if err != nil {
				t.Fatal(err)
			}
			for _, f := range []*ballotfile.File{f, read(t, "x.zip", archive(t, files)), read(t, "-", archive(t, files))} {
				if diff := cmp.Diff(c.want, ballots(f)); diff != "" {
					t.Error(diff)
				}
				if diff := cmp.Diff(c.note, f.Notes); diff != "" {
					t.Error(diff)
				}
			}
		})
	}
}

func TestBadFolders(t *testing.T) {
	blt := "1 1\n1 1 0\n0\n\"A\"\n"
	both := dominion(session(""))
	both["a.xml"] = &fstest.MapFile{Data: []byte(cvr())}
	for name, c := range map[string]struct {
		format ballotfile.Format
		files  fstest.MapFS
		want   string
	}{
		"empty":              {"", folder(nil), "x:1:1: There are no files here."},
		"nothing of use":     {"", folder(map[string]string{"a.png": "…"}), `x:1:1: There is no file here that can be read, only such as "a.png".`},
		"several":            {"", folder(map[string]string{"a.blt": blt, "b.csv": "…"}), `x:1:1: There are several files here, and no single export of Hart or Dominion: count one of "a.blt" and "b.csv".`},
		"Hart and others":    {"", folder(map[string]string{"a.xml": cvr(), "b.csv": "…"}), `x:1:1: There are several files here, and no single export of Hart or Dominion: count one of "a.xml" and "b.csv".`},
		"Hart and Dominion":  {"", both, `x:1:1: There are several files here, and no single export of Hart or Dominion: count one of "CvrExport.json", "a.xml", "CandidateManifest.json" and "ContestManifest.json".`},
		"no Hart":            {ballotfile.Hart, folder(map[string]string{"a.blt": blt}), "x:1:1: There is no cast vote record here, a file in XML."},
		"no Dominion":        {ballotfile.Dominion, folder(map[string]string{"a.blt": blt}), "x:1:1: There is no CvrExport.json here: count the folder of the export."},
		"an error in a file": {"", folder(map[string]string{"d/a.xml": "\n<Cvr"}), "x/d/a.xml:2:5: This is not XML: XML syntax error on line 2: unexpected EOF."},
		"an archive in it":   {"", folder(map[string]string{"a.csv": archive(t, folder(map[string]string{"a.csv": "A"}))}), "x/a.csv:1:1: An archive in an archive is not read: unpack it."},
	} {
		t.Run(name, func(t *testing.T) {
			text := archive(t, c.files)
			f, err := ballotfile.Reader{Format: c.format}.Read("x", bytes.NewReader([]byte(text)))
			var e *ballotfile.Error
			if !errors.As(err, &e) || err.Error() != c.want || f != nil {
				t.Errorf("file %v, error\n%v\nwant\n%v", f, err, c.want)
			}
		})
	}
}
