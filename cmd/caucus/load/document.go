package load

import (
	"bytes"
	"encoding/json"
	"fmt"
	"sync"

	jsonpatch "github.com/evanphx/json-patch/v5"

	"github.com/caucus-live/caucus/internal/wire"
)

// A document is a state of a poll as clients see it. People who were sent the
// same bytes share one, so that each message is understood once, however many
// receive it, and still everybody has what they were sent and nothing else.
type document struct {
	version uint64
	json    []byte
	facts

	mu   sync.Mutex           // guards next
	next map[string]*document // by the patch that leads there
}

// The facts of a poll are what the load waits for and checks.
type facts struct {
	Phase        string
	Participants int
	Online       int
	Ballots      int
	Nominations  []string // ids
	Counted      int      // ballots in the results; -1 before them
}

// newDocument reads a document of those who follow patches.
func newDocument(version uint64, data []byte) (*document, error) {
	var doc struct {
		Phase            string              `json:"phase"`
		ParticipantCount int                 `json:"participantCount"`
		OnlineCount      int                 `json:"onlineCount"`
		BallotCount      int                 `json:"ballotCount"`
		Nominations      map[string]struct{} `json:"nominations"`
		Results          *struct {
			Ballots int `json:"ballots"`
		} `json:"results"`
	}
	if err := json.Unmarshal(data, &doc); err != nil {
		return nil, err
	}
	d := &document{version: version, json: data, facts: facts{
		Phase: doc.Phase, Participants: doc.ParticipantCount, Online: doc.OnlineCount, Ballots: doc.BallotCount, Counted: -1,
	}}
	for id := range doc.Nominations {
		d.Nominations = append(d.Nominations, id)
	}
	if doc.Results != nil {
		d.Counted = doc.Results.Ballots
	}
	return d, nil
}

// patched returns what a poll_patch makes of the document.
func (d *document) patched(payload []byte) (*document, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if next := d.next[string(payload)]; next != nil {
		return next, nil
	}
	var patch wire.PollPatch
	if err := json.Unmarshal(payload, &patch); err != nil {
		return nil, err
	}
	if patch.From != d.version {
		return nil, fmt.Errorf("a patch leads from version %d to %d; the client is at %d", patch.From, patch.To, d.version)
	}
	next, err := d.merged(&patch)
	if err != nil {
		return nil, err
	}
	if d.next == nil {
		d.next = map[string]*document{}
	}
	d.next[string(payload)] = next
	return next, nil
}

// merged is the document with a patch. Many patches have nothing but a version.
func (d *document) merged(patch *wire.PollPatch) (*document, error) {
	if string(patch.Patch) == "{}" {
		return &document{version: patch.To, json: d.json, facts: d.facts}, nil
	}
	data, err := jsonpatch.MergePatch(d.json, patch.Patch)
	if err != nil {
		return nil, err
	}
	return newDocument(patch.To, data)
}

// canonical is the same for documents that say the same.
func (d *document) canonical() string {
	var v any
	_ = json.Unmarshal(d.json, &v) // newDocument could read it
	data, _ := json.Marshal(v)
	return string(data)
}

// A library has the documents of one poll that were sent whole.
type library struct {
	mu     sync.Mutex           // guards the fields below
	states map[string]*document // by payload
	base   *document            // the last whole view of the base contract
}

// state reads a poll_state.
func (l *library) state(payload []byte) (*document, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if d := l.states[string(payload)]; d != nil {
		return d, nil
	}
	var state struct {
		Version uint64
		Poll    json.RawMessage
	}
	if err := json.Unmarshal(payload, &state); err != nil {
		return nil, err
	}
	d, err := newDocument(state.Version, state.Poll)
	if err != nil {
		return nil, err
	}
	if l.states == nil {
		l.states = map[string]*document{}
	}
	l.states[string(payload)] = d
	return d, nil
}

// view reads a poll_updated of the base contract for a person. Their own ranking
// is taken out of it, so that all views can be compared, and returned.
func (l *library) view(payload []byte, user string) (*document, []string, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.base != nil && bytes.Equal(l.base.json, payload) {
		return l.base, nil, nil
	}
	var poll map[string]json.RawMessage
	var participants map[string]string
	var rankings map[string][]string
	var nominations map[string]struct{}
	var started bool
	var results []struct{}
	err := json.Unmarshal(payload, &poll)
	for name, field := range map[string]any{
		"participants": &participants, "rankings": &rankings, "nominations": &nominations, "hasStarted": &started, "results": &results,
	} {
		if err == nil {
			err = json.Unmarshal(poll[name], field)
		}
	}
	if err != nil {
		return nil, nil, err
	}
	d := &document{facts: facts{
		Phase: "lobby", Participants: len(participants), Online: len(participants), Ballots: len(rankings), Counted: -1,
	}}
	for id := range nominations {
		d.Nominations = append(d.Nominations, id)
	}
	switch {
	case len(results) > 0:
		d.Phase, d.Counted = "closed", len(rankings)
	case started:
		d.Phase = "voting"
	}
	own := rankings[user]
	if len(own) > 0 {
		rankings[user] = []string{}
		if poll["rankings"], err = json.Marshal(rankings); err != nil {
			return nil, nil, err
		}
		if d.json, err = json.Marshal(poll); err != nil {
			return nil, nil, err
		}
		return d, own, nil
	}
	d.json = bytes.Clone(payload)
	l.base = d
	return d, nil, nil
}
