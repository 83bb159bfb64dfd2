// Package audit checks what Caucus says of itself: that the export of a closed poll
// ([Read], [Check]) follows from its ballots and its seed, and that a ledger holds
// what its logs make ([Replay]).
//
// docs/audit.md says what that proves, and what it does not.
package audit

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/caucus-live/caucus/internal/poll"
	"github.com/caucus-live/caucus/internal/tally"
)

// Check checks the export of a closed poll, and returns the first *[Fault] it finds, or
// nil if all of this holds:
//
//   - the seed of the draw, the topic, the settings and the options are what was
//     committed to; in an export of the first version the seed alone;
//   - no two options have the same text;
//   - every ballot is one that the poll's settings allow;
//   - every receipt is well-formed, and occurs once;
//   - the ballots are in the order that the seed gives them: of HMAC-SHA256(seed, receipt);
//   - counting the ballots again gives the same results, in every figure, round and tie,
//     by the poll's own method and by all others.
//
// It does not change e.
func Check(e *poll.Export) error {
	if e.Format != poll.ExportFormat {
		return faultf("The format of the export is %q; this program knows %q.", e.Format, poll.ExportFormat)
	}
	if err := e.Settings.Check(); err != nil {
		return faultf("settings: %v", err)
	}
	seed, err := checkSeed(e)
	if err != nil {
		return err
	}
	index, err := checkNominations(e)
	if err != nil {
		return err
	}
	for _, check := range []func() error{
		func() error { return checkOpening(e) },
		func() error { return checkRankings(e, index) },
		func() error { return checkReceipts(e.Ballots) },
		func() error { return checkOrder(e.Ballots, seed) },
		func() error { return checkResults(e, seed, index) },
	} {
		if err := check(); err != nil {
			return err
		}
	}
	return nil
}

func checkSeed(e *poll.Export) (seed []byte, err error) {
	seed, err = hex.DecodeString(e.Seed)
	if err != nil || len(seed) == 0 {
		return nil, faultf("seed should be in hexadecimal, and is not.")
	}
	if got := tally.Commit(seed); got != e.Commitment {
		return nil, faultf("seedCommitment is %.80q, but the SHA-256 of the seed is %q: it is not the seed that was committed to.", e.Commitment, got)
	}
	return seed, nil
}

// checkNominations returns the place of every nomination.
func checkNominations(e *poll.Export) (index map[poll.NominationID]int, err error) {
	if len(e.Nominations) == 0 {
		return nil, faultf("The export has no nominations.")
	}
	index = make(map[poll.NominationID]int, len(e.Nominations))
	for i, n := range e.Nominations {
		if _, twice := index[n.ID]; twice || n.ID == "" || strings.Contains(string(n.ID), " ") { // an opening has id and text in one line
			return nil, faultf("nominations[%d].id is %.40q: it is empty, more than a word, or the id of another one too.", i, n.ID)
		}
		if n.Text == "" {
			return nil, faultf("nominations[%d] has no text.", i)
		}
		index[n.ID] = i
	}
	return index, nil
}

// checkOpening checks what was fixed when voting opened, as far as the export says.
func checkOpening(e *poll.Export) error {
	texts := []string{e.ID, e.Settings.Topic}
	seen := make(map[string]int, len(e.Nominations))
	for i, n := range e.Nominations {
		texts = append(texts, string(n.ID), n.Text)
		key := n.Text
		if text, err := poll.ParseText("text", n.Text, poll.MaxNomination); err == nil {
			key = text.Key
		}
		if j, same := seen[key]; same {
			return faultf("nominations[%d].text is %.120q, which is that of nominations[%d] too: nobody could tell them apart.", i, n.Text, j)
		}
		seen[key] = i
	}
	if slices.ContainsFunc(texts, func(s string) bool { return strings.ContainsAny(s, "\r\n") }) {
		return faultf("A text of the export has a line break, which no text of a poll has.")
	}
	if got := poll.CommitTo(e.Opening()); e.Committed != "" && got != e.Committed {
		return faultf("commitment is %.80q, but that of the topic, the settings, the options and the seed here is %q: "+
			"one of them is not what was committed to.", e.Committed, got)
	}
	return nil
}

func checkRankings(e *poll.Export, index map[poll.NominationID]int) error {
	if e.Ballots == nil {
		return faultf("The export has no list of ballots.")
	}
	votes, options := e.Settings.VotesPerVoter, len(e.Nominations)
	for i, b := range e.Ballots {
		ranked := len(b.Ranking)
		switch {
		case b.Ranking == nil:
			return faultf("ballots[%d] has no ranking.", i)
		case b.Ranks != nil && !e.Settings.EqualRanks:
			return faultf("ballots[%d] has ranks, but in this poll every option has one of its own.", i)
		case b.Ranks != nil && !e.Settings.ValidRanks(b.Ranks, ranked, options):
			return faultf("ballots[%d].ranks are not the ranks of its options, from 1 to %d without a gap.", i, votes)
		case b.Ranks == nil && ranked > votes && (!e.Settings.EqualRanks || !e.Settings.ValidRanks(nil, ranked, options)):
			return faultf("ballots[%d] ranks %d options, but %d are the most in this poll.", i, ranked, votes)
		case ranked < votes && !e.Settings.AllowPartial && (!e.Settings.EqualRanks || ranked < options):
			return faultf("ballots[%d] ranks %d options, but in this poll every ballot ranks %d.", i, ranked, votes)
		}
		for j, id := range b.Ranking {
			if _, known := index[id]; !known {
				return faultf("ballots[%d].ranking[%d] is %.40q, which is not a nomination.", i, j, id)
			}
			if slices.Contains(b.Ranking[:j], id) {
				return faultf("ballots[%d].ranking[%d] is %.40q, which this ballot has ranked already.", i, j, id)
			}
		}
	}
	return nil
}

// checkReceipts also keeps apart receipts by their form: random texts of at least 128
// bits in the alphabet of RFC 4648's base 32.
func checkReceipts(ballots []poll.ExportBallot) error {
	first := make(map[string]int, len(ballots))
	for i, b := range ballots {
		if len(b.Receipt) < 26 || len(b.Receipt) > 64 || strings.Trim(b.Receipt, "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567") != "" {
			return faultf("ballots[%d].receipt is %.80q, which is not a receipt: they are 26 characters or more, from A to Z and from 2 to 7.", i, b.Receipt)
		}
		if j, twice := first[b.Receipt]; twice {
			return faultf("ballots[%d].receipt is %s, which is that of ballots[%d] too: a receipt should occur once.", i, b.Receipt, j)
		}
		first[b.Receipt] = i
	}
	return nil
}

func checkOrder(ballots []poll.ExportBallot, seed []byte) error {
	mac := hmac.New(sha256.New, seed)
	var last, place []byte
	for i, b := range ballots {
		mac.Reset()
		mac.Write([]byte(b.Receipt))
		place = mac.Sum(place[:0])
		if bytes.Compare(last, place) >= 0 {
			return faultf("ballots[%d] should come before ballots[%d]: they are not in the order that the seed gives.", i, i-1)
		}
		last, place = place, last
	}
	return nil
}

func checkResults(e *poll.Export, seed []byte, index map[poll.NominationID]int) error {
	if e.Results == nil || e.Results.Official == nil {
		return faultf("The export has no results.")
	}
	counted, err := recount(e, seed, index)
	if err != nil {
		return faultf("The ballots cannot be counted: %v.", err)
	}
	says, err := json.Marshal(e.Results)
	if err != nil {
		return fmt.Errorf("audit: write the results: %w", err)
	}
	should, err := json.Marshal(counted)
	if err != nil {
		return fmt.Errorf("audit: write the results of the recount: %w", err)
	}
	if path, x, y := difference(says, should); path != "" {
		return faultf("results%s is %s; counting the ballots again gives %s.", path, x, y)
	}
	return nil
}

// recount counts the ballots, with nothing but what the export says of them.
func recount(e *poll.Export, seed []byte, index map[poll.NominationID]int) (*poll.Results, error) {
	election := &tally.Election{
		Options:       make([]string, len(e.Nominations)),
		Ballots:       make([]tally.Ballot, len(e.Ballots)),
		VotesPerVoter: e.Settings.VotesPerVoter,
		Seats:         e.Settings.Seats,
		Seed:          seed,
		DeclareTies:   e.Settings.DeclareTies,
	}
	if e.Settings.EqualRanks {
		election.Overvotes = tally.OvervoteShare
	}
	for i, n := range e.Nominations {
		election.Options[i] = string(n.ID)
	}
	for i, b := range e.Ballots {
		ranking := make([]int, len(b.Ranking))
		for j, id := range b.Ranking {
			ranking[j] = index[id]
		}
		election.Ballots[i] = tally.Ballot{Ranking: ranking, Ranks: b.Ranks, Weight: 1}
	}
	ctx := context.Background() // as the poll counted: bounded by work, not by time
	official, err := tally.Count(ctx, e.Settings.Method, election)
	if err != nil {
		return nil, err
	}
	others, err := tally.Compare(ctx, election, tally.DefaultShare)
	if err != nil {
		return nil, err
	}
	return &poll.Results{Ballots: len(e.Ballots), Official: official, Others: *others}, nil
}
