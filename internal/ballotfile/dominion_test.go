package ballotfile_test

import (
	"bytes"
	"errors"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"github.com/caucus-live/caucus/internal/ballotfile"
)

// dominion makes the folder of an export with these sessions.
func dominion(sessions ...string) fstest.MapFS {
	return folder(map[string]string{
		"ContestManifest.json": `{"Version":"5","List":[{"Description":"Mayor","Id":3,"NumOfRanks":3},{"Description":"Sheriff","Id":4}]}`,
		"CandidateManifest.json": `{"List":[{"Description":"Ann","Id":1,"ContestId":3,"Type":"Regular"},{"Description":"Bob","Id":2,"ContestId":3,"Type":"Regular"},` +
			`{"Description":"Write-in 1","Id":8,"ContestId":3,"Type":"WriteIn"},{"Description":"Write-in 2","Id":9,"ContestId":3,"Type":"WriteIn"},` +
			`{"Description":"Zoe","Id":7,"ContestId":3,"Type":"QualifiedWriteIn"},{"Description":"Sam","Id":20,"ContestId":4,"Type":"Regular"}]}`,
		"CvrExport.json": `{"Version":"5","Sessions":[` + strings.Join(sessions, ",\n") + `]}`,
	})
}

func folder(files map[string]string) fstest.MapFS {
	all := fstest.MapFS{}
	for name, text := range files {
		all[name] = &fstest.MapFile{Data: []byte(text)}
	}
	return all
}

func session(marks string) string {
	return `{"TabulatorId":1,"Original":{"IsCurrent":true,"Cards":[{"Contests":[{"Id":3,"Marks":[` + marks + `]}]}]}}`
}

func dominionMark(candidate, rank string) string {
	return `{"CandidateId":` + candidate + `,"Rank":` + rank + `,"IsAmbiguous":false,"IsVote":true}`
}

func TestDominion(t *testing.T) {
	for name, c := range map[string]struct {
		session string
		want    []string
		note    string
	}{
		"ranks":               {session(dominionMark("2", "2") + "," + dominionMark("1", "1")), []string{"1 Ann>Bob"}, ""},
		"an overvote":         {session(dominionMark("1", "1") + "," + dominionMark("2", "1")), []string{"1 Ann=Bob"}, ""},
		"two write-ins":       {session(dominionMark("8", "1") + "," + dominionMark("9", "1")), []string{"1 ?"}, ""},
		"a write-in":          {session(dominionMark("9", "1") + "," + dominionMark("7", "2")), []string{"1 Undeclared Write-ins>Zoe"}, ""},
		"a mark on two cards": {session(dominionMark("1", "1") + "," + dominionMark("1", "1")), []string{"1 Ann"}, ""},
		"an ambiguous mark": {
			session(`{"CandidateId":1,"Rank":1,"IsAmbiguous":true},` + dominionMark("2", "2")),
			[]string{"1 ->Bob"},
			"Ambiguous marks, in all contests: 1. They are not counted.",
		},
		"a modified session": {
			`{"Original":{"IsCurrent":false,"Contests":[{"Id":3,"Marks":[` + dominionMark("1", "1") + `]}]},` +
				`"Modified":{"IsCurrent":true,"Contests":[{"Id":3,"Marks":[` + dominionMark("2", "1") + `]}]}}`,
			[]string{"1 Bob"},
			"",
		},
		"no current session": {
			session("") + `,{"Original":{"IsCurrent":false,"Contests":[]}}`,
			[]string{"1 "},
			"Sessions of which no version is current: 1. They are not counted.",
		},
		"a modified session that is not current": {
			session("") + `,{"Original":{"IsCurrent":false},"Modified":{"IsCurrent":false,"Contests":[{"Id":3,"Marks":[` + dominionMark("2", "1") + `]}]}}`,
			[]string{"1 "},
			"Sessions of which no version is current: 1. They are not counted.",
		},
		"another contest": {session("") + `,{"Original":{"IsCurrent":true,"Contests":[{"Id":4,"Marks":[]}]}}`, []string{"1 "}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			f, err := ballotfile.Reader{Contest: "mayor"}.ReadFolder("export", dominion(c.session))
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(c.want, ballots(f)); diff != "" {
				t.Error(diff)
			}
			if diff := cmp.Diff([]string{"Ann", "Bob", "Undeclared Write-ins", "Zoe"}, f.Names); diff != "" {
				t.Error(diff)
			}
			if got := strings.Join(f.Notes, "|"); got != c.note {
				t.Errorf("note %q, not %q", got, c.note)
			}
		})
	}
}

func TestBadDominion(t *testing.T) {
	without := func(file string) fstest.MapFS {
		all := dominion(session(""))
		delete(all, file)
		return all
	}
	elsewhere := dominion(session(""))
	elsewhere["b/CvrExport_2.json"] = elsewhere["CvrExport.json"]
	copied := dominion(session(""))
	copied["CvrExport (1).json"] = copied["CvrExport.json"]
	for name, c := range map[string]struct {
		files fstest.MapFS
		want  string
	}{
		"a copy":         {copied, `export/CvrExport.json:1:1: This is the same as "CvrExport (1).json": delete one of the two.`},
		"no candidates":  {without("CandidateManifest.json"), "export:1:1: There is no CandidateManifest.json beside the records: it has the names. Count the whole folder of the export."},
		"no contests":    {without("ContestManifest.json"), "export:1:1: There is no ContestManifest.json beside the records: it has the names. Count the whole folder of the export."},
		"two exports":    {elsewhere, `export:1:1: There are exports of Dominion in several folders: "." and "b". Count one of them.`},
		"candidate":      {dominion(session(""), session(dominionMark("20", "1"))), `export/CvrExport.json:2:1: The candidate "20" of the contest "Mayor" is not in CandidateManifest.json.`},
		"contest":        {dominion(`{"Original":{"IsCurrent":true,"Contests":[{"Id":9}]}}`), `export/CvrExport.json:1:28: The contest "9" is not in ContestManifest.json.`},
		"contest twice":  {dominion(`{"Original":{"IsCurrent":true,"Contests":[{"Id":3},{"Id":3}]}}`), `export/CvrExport.json:1:28: The contest "Mayor" is twice in this session.`},
		"no rank":        {dominion(session(`{"CandidateId":1}`)), `export/CvrExport.json:1:28: A mark has no rank.`},
		"rank 0":         {dominion(session(dominionMark("1", "0"))), `export/CvrExport.json:1:28: 0 is not a rank.`},
		"no JSON":        {dominion(`{"Original":}`), `export/CvrExport.json:1:40: This is not JSON: invalid character '}' looking for beginning of value.`},
		"no list":        {folder(map[string]string{"CvrExport.json": `{"Sessions":{}}`, "ContestManifest.json": "{}", "CandidateManifest.json": "{}"}), `export/CvrExport.json:1:13: The sessions should be a list.`},
		"a bad manifest": {folder(map[string]string{"CvrExport.json": `{}`, "ContestManifest.json": "[", "CandidateManifest.json": "{}"}), `export/ContestManifest.json:1:2: The file ends too soon.`},
	} {
		t.Run(name, func(t *testing.T) {
			f, err := ballotfile.Reader{}.ReadFolder("export", c.files)
			var e *ballotfile.Error
			if !errors.As(err, &e) || err.Error() != c.want || f != nil {
				t.Errorf("file %v, error\n%v\nwant\n%v", f, err, c.want)
			}
		})
	}
	wrong(t, "CvrExport.json", string(dominion(session(""))["CvrExport.json"].Data), "CvrExport.json:1:1: This is one file of an export of Dominion: count the folder that has them all, or an archive of it.")
	wrong(t, "ContestManifest.json", string(dominion()["ContestManifest.json"].Data), "ContestManifest.json:1:1: This is one file of an export of Dominion: count the folder that has them all, or an archive of it.")
}

// A candidate who was disabled stands nevertheless, which the count says.
func TestDisabledCandidates(t *testing.T) {
	for disabled, want := range map[string]string{
		"1": `Candidates that are disabled in CandidateManifest.json, but stand here: "Bob".`, "true": `Candidates that are disabled in CandidateManifest.json, but stand here: "Bob".`, "0": "", "false": "",
	} {
		files := dominion(session(dominionMark("1", "1")))
		manifest := files["CandidateManifest.json"]
		manifest.Data = bytes.Replace(manifest.Data, []byte(`"Bob",`), []byte(`"Bob","Disabled":`+disabled+","), 1)
		f, err := ballotfile.Reader{Contest: "mayor"}.ReadFolder("export", files)
		if err != nil || strings.Join(f.Notes, "|") != want {
			t.Errorf("%s: %+v, %v", disabled, f, err)
		}
	}
}
