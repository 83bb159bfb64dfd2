package ballotfile_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/caucus-live/caucus/internal/ballotfile"
	"github.com/caucus-live/caucus/internal/poll"
	"github.com/caucus-live/caucus/internal/tally"
)

const nominations = `"nominations":[{"id":"n1","text":"Ada"},{"id":"n2","text":"Bo \u2018x\u2019"}]`

func TestExport(t *testing.T) {
	f := read(t, "x.json", `{
	"format": "caucus-poll-1", "id": "ABC234",
	"ballots": [ {"receipt": "r1", "ranking": [ "n2" , "n1" ]}, {"ranking": ["n\u0032","n1"]}, {"ranking":[]} ],
	"settings": {"topic": "Lunch?", "method": "stv", "seats": 2, "votesPerVoter": 3, "declareTies": true, "more": null},
	`+nominations+`,
	"seed": "0aff", "results": {"official": [1, 2, {"x": "}"}]}
}
`)
	want := &ballotfile.File{
		Title: "Lunch?", Names: []string{"Ada", "Bo ‘x’"}, Method: tally.STV,
		Election: tally.Election{
			Options: []string{"n1", "n2"},
			Ballots: []tally.Ballot{{Ranking: []int{1, 0}, Weight: 2}, {Ranking: []int{}, Weight: 1}},
			Folded:  true, VotesPerVoter: 3, Seats: 2, Seed: []byte{0x0a, 0xff}, DeclareTies: true,
		},
	}
	if diff := cmp.Diff(want, f); diff != "" {
		t.Errorf("file (-want +got):\n%s", diff)
	}
}

// What package poll exports is what is read here.
func TestExportOfPoll(t *testing.T) {
	text, err := json.Marshal(&poll.Export{
		Format:      "caucus-poll-1",
		ID:          "ABC234",
		Settings:    poll.Settings{Topic: "Lunch?", Method: tally.IRV, Seats: 1, VotesPerVoter: 3, DeclareTies: true},
		Nominations: []poll.ExportNomination{{ID: "n1", Text: "Ada"}, {ID: "n2", Text: "Bo"}},
		Ballots:     []poll.ExportBallot{{Receipt: "r1", Ranking: []poll.NominationID{"n2", "n1"}}, {Receipt: "r2", Ranking: []poll.NominationID{}}},
		Commitment:  tally.Commit([]byte{1}),
		Seed:        "01",
		Results:     &poll.Results{},
	})
	if err != nil {
		t.Fatal(err)
	}
	want := &ballotfile.File{
		Title: "Lunch?", Names: []string{"Ada", "Bo"}, Method: tally.IRV,
		Election: tally.Election{
			Options: []string{"n1", "n2"},
			Ballots: []tally.Ballot{{Ranking: []int{1, 0}, Weight: 1}, {Ranking: []int{}, Weight: 1}},
			Folded:  true, VotesPerVoter: 3, Seats: 1, Seed: []byte{1}, DeclareTies: true,
		},
	}
	if diff := cmp.Diff(want, read(t, "x.json", string(text))); diff != "" {
		t.Errorf("file (-want +got):\n%s", diff)
	}
}

func TestBadExport(t *testing.T) {
	const head = "{\n  \"format\": \"caucus-poll-1\",\n  "
	for text, want := range map[string]string{
		"":                                      "x.json:1:1: The file ends too soon.",
		"  [1]":                                 "x.json:1:3: The export of a poll is a JSON object.",
		"{\"é\" 1}":                             "x.json:1:6: This is not JSON: expected colon after object key.",
		"{}":                                    `x.json:1:3: The export has no "format".`,
		"{\"format\":1}":                        "x.json:1:11: The value should not be a number.",
		"{\"format\":\"x\"}":                    `x.json:1:11: The format is "x", but only "caucus-poll-1" can be read.`,
		head + nominations + "}":                `x.json:3:82: The export has no "ballots".`,
		head + nominations + ",\n":              "x.json:4:1: The file ends too soon.",
		head + nominations + ",\n}":             "x.json:4:1: This is not JSON: invalid character '}' looking for beginning of object key string.",
		head + "\"format\": \"caucus-poll-1\"}": `x.json:3:3: "format" is there twice.`,
		head + "\"settings\": {\"method\": \"coin\"}}":            `x.json:3:15: There is no method "coin".`,
		head + "\"settings\": {\"seats\": -1}}":                   "x.json:3:15: -1 seats and 0 votes a voter cannot be.",
		head + "\"settings\": {\"seats\": tru}}":                  "x.json:3:28: This is not JSON: invalid character '}' in literal true (expecting 'e').",
		head + "\"seed\": \"xyz\"}":                               "x.json:3:11: The seed is not in hexadecimal.",
		head + "\"nominations\": [{\"id\":\"\",\"text\":\"A\"}]}": `x.json:3:18: The id "" of a nomination is empty, not plain text, or there twice.`,
		head + "\"nominations\": [{\"id\":\"a\",\"text\":\"\"}]}": "x.json:3:18: An option has no name: write one.",
		head + "\"ballots\": 3}":                                  "x.json:3:14: The ballots should be a list.",
		head + "\"ballots\": [\n3]}":                              "x.json:4:1: The value should not be a number.",
		head + "\"ballots\": [\n{}]}":                             "x.json:4:1: The ranking of a ballot is a list of the ids of nominations.",
		head + "\"ballots\": [\n{\"ranking\": null}]}":            "x.json:4:1: The ranking of a ballot is a list of the ids of nominations.",
		head + "\"ballots\": [\n{\"ranking\": [1]}]}":             "x.json:4:1: The ranking of a ballot is a list of the ids of nominations.",
		head + "\"ballots\": [\n{\"ranking\": [\"a\",\"a\"]}]}":   `x.json:4:1: The nomination "a" is twice on this ballot.`,
		head + nominations + ",\"ballots\": [\n{\"ranking\": [\"n1\"]},\n  {\"ranking\": [\"n1\",\"n3\"]}\n]}": `x.json:5:3: There is no nomination "n3".`,
		head + nominations + ",\"ballots\": [\n{\"ranking\": [\"n1\"]}\n":                                      "x.json:5:1: The file ends too soon.",
		head + "\"settings\": {\"seats\": 1, \"seats\": 2}}":                                                   `x.json:3:15: "seats" is there twice.`,
		head + "\"nominations\": [{\"id\":\"a\",\"ID\":\"b\",\"text\":\"A\"}]}":                                `x.json:3:18: "ID" is there twice.`,
		head + "\"ballots\": [\n{\"ranking\": [\"a\"], \"r\\u0061nking\": []}]}":                               `x.json:4:1: "ranking" is there twice.`,
		head + "\"ballots\": [\n{\"ranking\": [], \"ranks\": [], \"rankſ\": []}]}":                             `x.json:4:1: "rankſ" is there twice.`,
		head + "\"ballots\": [\n{\"ranking\": [\"a\"], \"weight\": 5}]}":                                       `x.json:4:1: "weight" may change what this says, and is not understood: delete it if it does not.`,
		head + nominations + ",\"ballots\": []} x":                                                             "x.json:3:97: Something follows the JSON here: if files were put together, count them one by one.",
	} {
		wrong(t, "x.json", text, want)
	}
}

// readBoth reads an export as it is, and with a key written so that package json has to
// read every ballot: that says the same.
func readBoth(text string) (swift, slow *ballotfile.File, err, slowErr error) {
	swift, err = ballotfile.Read("x", ballotfile.JSON, strings.NewReader(text))
	text = strings.ReplaceAll(text, `"ranking"`, `"r\u0061nking"`)
	slow, slowErr = ballotfile.Read("x", ballotfile.JSON, strings.NewReader(text))
	return swift, slow, err, slowErr
}

// The ranks of a ballot are one for each option of its ranking, from 1, never falling.
func TestRanksOfAnExport(t *testing.T) {
	const head = `{"format":"caucus-poll-1",` + nominations + ",\n" + `"ballots":[{"ranking":["n1","n2"],"ranks":`
	for ranks, want := range map[string]string{"[1,1]": "1 Ada=Bo ‘x’", "[1,2]": "1 Ada>Bo ‘x’", "[1,3]": "1 Ada>->Bo ‘x’", "[2,2]": "1 ->Ada=Bo ‘x’"} {
		if diff := cmp.Diff([]string{want}, ballots(read(t, "x.json", head+ranks+"}]}"))); diff != "" {
			t.Errorf("%s: %s", ranks, diff)
		}
	}
	for _, ranks := range []string{"[]", "[1]", "[1,1,1]", "[2,1]", "[0,1]", "[-1,1]"} {
		wrong(t, "x.json", head+ranks+"}]}", "x.json:2:12: The ranks of a ballot are a number from 1 for each option of its ranking, never falling.")
	}
	if diff := cmp.Diff([]string{"1 "}, ballots(read(t, "x.json", strings.Replace(head, `"n1","n2"`, "", 1)+"[]}]}"))); diff != "" {
		t.Error(diff)
	}
}

func FuzzExport(f *testing.F) {
	for _, text := range []string{
		`{"format":"caucus-poll-1","nominations":[{"id":"a","text":"A"}],"ballots":[{"ranking":["a"]},{"ranking":[]}]}`,
		`{"format":"caucus-poll-1",` + nominations + `,"ballots":[{"ranking":["\u006e1"]}],"seed":"00"}`, "", "{", "[]", `{"ballots":[{"ranking":[`,
		`{"format":"caucus-poll-1",` + nominations + `,"ballots":[ { "receipt" : "r" , "ranking" : [ "n1" , "n2" ] } , {"ranking":["n1"]},{"x":1,"ranking":[]}, {"ranking":["n2"]} ] }`,
		`{"ballots":[{"ranking":["a"]},]}`, `{"ballots":[{"ranking":["a",]}]}`, `{"ballots":[{"ranking":[]} {"ranking":[]}]}`,
	} {
		f.Add(text)
	}
	fuzz(f, ballotfile.JSON)
}

func FuzzSwiftBallots(f *testing.F) {
	const head = `{"format":"caucus-poll-1",` + nominations + `,"ballots":[`
	for _, ballots := range []string{
		`{"ranking":["n1"]}`, ` { "receipt" : "r" , "ranking" : [ "n1" , "n2" ] } , {"ranking":["n1"]},{"x":1,"ranking":[]}, {"ranking":["n2"]} `,
		`{"ranking":["n1"]},`, `{"ranking":["n1",]}`, `,{"ranking":[]}`, `{"ranking":[]} {"ranking":[]}`, `{"receipt":"é","ranking":["n1"],"ranking":[]}`, "",
	} {
		f.Add(ballots)
	}
	f.Fuzz(func(t *testing.T, ballots string) {
		swift, slow, err, slowErr := readBoth(head + ballots + "]}")
		if (err == nil) != (slowErr == nil) {
			t.Errorf("error %v; by package json %v", err, slowErr)
		}
		if diff := cmp.Diff(slow, swift); diff != "" {
			t.Errorf("file (-by package json +got):\n%s", diff)
		}
	})
}

// Ballots are read alike however they fall into the buffers.
func TestManyBallots(t *testing.T) {
	for _, padding := range []string{"", " ", "\n\t", strings.Repeat(" ", 100_000)} {
		var text strings.Builder
		text.WriteString(`{"format":"caucus-poll-1",` + nominations + `,"ballots":[`)
		for i := range 1000 {
			text.WriteString(`{"receipt": "R","ranking": [` + padding[:len(padding)%977] + []string{"", `"n1"`, `"n2","n1"`}[i%3] + "]},\n")
		}
		text.WriteString(padding + `{"ranking":["n1"]}]}`)
		swift, slow, err, slowErr := readBoth(text.String())
		if err != nil || slowErr != nil {
			t.Fatal(err, slowErr)
		}
		if diff := cmp.Diff(slow, swift); diff != "" {
			t.Errorf("file (-by package json +got):\n%s", diff)
		}
		before, _ := strings.CutSuffix(text.String(), `{"ranking":["n1"]}]}`)
		_, err = ballotfile.Read("x.json", "", strings.NewReader(before+`{"ranking":["n1","n1"]}]}`))
		want := fmt.Sprintf(`x.json:%d:%d: The nomination "n1" is twice on this ballot.`, strings.Count(before, "\n")+1, len(before)-strings.LastIndex(before, "\n"))
		if err == nil || err.Error() != want {
			t.Errorf("error %v, want %s", err, want)
		}
	}
}

// A list may hold what looks like its end.
func TestExportOfUnusualIDs(t *testing.T) {
	f := read(t, "x.json", strings.ReplaceAll(`{"format":"caucus-poll-1","nominations":[{"id":"], [","text":"A"}],
		"ballots":[{"ranking":["], ["]}]}`, "\n", " "))
	if diff := cmp.Diff([]string{"1 A"}, ballots(f)); diff != "" {
		t.Errorf("ballots (-want +got):\n%s", diff)
	}
}
