package ballotfile_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/caucus-live/caucus/internal/ballotfile"
)

// record writes a cast vote record of one contest.
func record(contest, selections string) string {
	return `{"CurrentSnapshotId":"s","CVRSnapshot":[{"@id":"s","CVRContest":[{"ContestId":"` + contest + `","CVRContestSelection":[` + selections + `]}]}]}`
}

func report(records ...string) string {
	return `{"@type":"CVR.CastVoteRecordReport","CVR":[` + strings.Join(records, ",") + `],"Election":[{"Candidate":[{"@id":"a","Name":"Ann"}],` +
		`"Contest":[{"@id":"m","Name":"Mayor","ContestSelection":[{"@id":"A","CandidateIds":["a"]},{"@id":"W","IsWriteIn":true}]}]}]}`
}

// Write-ins are one option, an option at a rank twice is an overvote, and marks that are not
// allocable or need a decision are left out.
func TestCastVoteRecords(t *testing.T) {
	position := func(id, more string) string {
		return `{"ContestSelectionId":"` + id + `","SelectionPosition":[{` + more + `}]}`
	}
	f := read(t, "x.json", report(
		record("m", position("A", `"HasIndication":"yes","Rank":2`)+","+position("W", `"Rank":1`)),
		record("m", position("A", `"IsAllocable":"no","Rank":1`)+","+position("X", `"Rank":1,"CVRWriteIn":{"Text":"Zoe"}`)),
		record("m", position("W", `"Rank":1`)+","+position("X", `"Rank":1,"CVRWriteIn":{}`)),
		record("m", `{"ContestSelectionId":"A","Rank":1,"Status":["needs-adjudication"]}`),
		record("m", `{"ContestSelectionId":"A","Rank":1}`),
		record("m", `{"ContestSelectionId":"A","Status":["invalidated-rules"],"SelectionPosition":[{"Rank":1,"IsAllocable":"no"}]}`),
		record("m", `{"ContestSelectionId":"A","TotalNumberVotes":1,"SelectionPosition":[{"Rank":1,"HasIndication":"unknown","IsAllocable":"unknown","NumberVotes":1}]}`),
	))
	want := []string{"1 ?", "1 Undeclared Write-ins", "1 Undeclared Write-ins>Ann", "2 ", "2 Ann"}
	if diff := cmp.Diff(want, ballots(f)); diff != "" || f.Title != "Mayor" {
		t.Errorf("%q, ballots (-want +got):\n%s", f.Title, diff)
	}
	two := report(record("m", `{"ContestSelectionId":"A","Rank":1}`), record("sheriff", `{"ContestSelectionId":"Z","Rank":1}`))
	for contest, want := range map[string]string{"mayor": "Ann", "sheriff": "Z Options that the file does not name: 1. They are called by their ids."} {
		f, err := ballotfile.Reader{Contest: contest}.Read("x.json", strings.NewReader(two))
		if err != nil || strings.Join(append([]string{f.Names[0]}, f.Notes...), " ") != want {
			t.Errorf("%s: %v, %v", contest, f, err)
		}
	}
	mixed := report(record("m", `{"ContestSelectionId":"A","Rank":1}`), record("sheriff", `{"SelectionPosition":[{"NumberVotes":1}]}`))
	if f, err := (ballotfile.Reader{Contest: "m"}).Read("x.json", strings.NewReader(mixed)); err != nil || len(ballots(f)) != 1 {
		t.Errorf("beside a contest that is not ranked: %v, %v", f, err)
	}
	wrong(t, "x.json", two, `x.json:1:1: The file has several contests: "Mayor" and "sheriff". Choose one of them with -contest.`)
}

func TestBadCastVoteRecords(t *testing.T) {
	for text, want := range map[string]string{
		report(strings.Replace(record("m", ""), `"CVRContest":[`, `"CVRContest":[{"ContestId":"m"},`, 1)): `x.json:1:44: The contest "m" is twice in this record.`,
		`{"CVR":[]}`:                 "x.json:1:11: The report has no records.",
		`{"CVR":{}}`:                 "x.json:1:8: The records should be a list.",
		report(`{"CVRSnapshot":[]}`): "x.json:1:44: This record does not have the snapshot that it says is the current one.",
		report(record("m", `{"SelectionPosition":[{"NumberVotes":1}]}`)):                                             "x.json:1:44: A position that was indicated has no rank: only ranked contests can be counted.",
		report(record("m", `{"SelectionPosition":[{"Rank":1,"NumberVotes":2}]}`)):                                    "x.json:1:44: A position that was indicated has 2 votes: only ranked contests can be counted.",
		report(record("m", `{"SelectionPosition":[{"Rank":1,"NumberVotes":0}]}`)):                                    "x.json:1:44: A position that was indicated has 0 votes: only ranked contests can be counted.",
		report(record("m", `{"SelectionPosition":[{"Rank":1,"FractionalVotes":"0.5"}]}`)):                            "x.json:1:44: A position that was indicated has a part of a vote: only ranked contests can be counted.",
		report(record("m", `{"TotalNumberVotes":3,"SelectionPosition":[{"Rank":1}]}`)):                               "x.json:1:44: A position that was indicated has 3 votes: only ranked contests can be counted.",
		report(record("m", `{"Rank":1,"TotalFractionalVotes":"0.5"}`)):                                               "x.json:1:44: A position that was indicated has a part of a vote: only ranked contests can be counted.",
		report(record("m", `{"SelectionPosition":[{"Rank":1,"HasIndication":"No"}]}`)):                               `x.json:1:44: A position says "No", which should be yes, no or unknown.`,
		report(record("m", `{"SelectionPosition":[{"Rank":1,"IsAllocable":"false"}]}`)):                              `x.json:1:44: A position says "false", which should be yes, no or unknown.`,
		report(record("m", `{"Status":["invalidated-rules"],"SelectionPosition":[{"Rank":1,"IsAllocable":"yes"}]}`)): "x.json:1:44: A mark has the status invalidated-rules: write no in its IsAllocable if it does not count, and else delete the status.",
		report(record("", "")): "x.json:1:44: A contest of this record has no ContestId.",
		`{"@type":"CVR.X","Election":[{"Contest":[{"@id":"m"}]},{"Contest":[{"@id":"m"}]}]}`: `x.json:1:82: The id "m" is that of two contests or candidates above: each has its own.`,
		`{"@type":"CVR.X","Election":[{"Candidate":[{"@id":"a"},{"@id":"a"}]}]}`:             `x.json:1:70: The id "a" is that of two contests or candidates above: each has its own.`,
		`{"CVR":[],"CVR":[]}`: `x.json:1:11: "CVR" is there twice.`,
		report(record("m", `{"ContestSelectionId":"A","Rank":1,"rank":2}`)): `x.json:1:44: "rank" is there twice.`,
		report(record("m", `{"ContestSelectionId":"A","Rank":0}`)):          "x.json:1:44: 0 is not a rank.",
		`{"CVR":[`: "x.json:1:9: The file ends too soon.",
	} {
		wrong(t, "x.json", text, want)
	}
}

func FuzzCDF(f *testing.F) {
	for _, text := range []string{report(record("m", `{"ContestSelectionId":"A","Rank":1}`)), `{"CVR":[]}`, "", `{"CVR":[{}]}`} {
		f.Add(text)
	}
	fuzz(f, ballotfile.CDF)
}
