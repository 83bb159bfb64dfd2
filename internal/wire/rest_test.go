package wire_test

import (
	"encoding/json"
	"reflect"
	"testing"

	"github.com/caucus-live/caucus/internal/wire"
)

// Every setting that a client can send reaches the draft.
func TestDraftHasEverySetting(t *testing.T) {
	var body wire.CreatePoll
	if err := json.Unmarshal([]byte(`{
		"topic": "T", "votesPerVoter": 2, "name": "N", "method": "stv", "seats": 3, "nominationsPerVoter": 4,
		"allowPartial": false, "changeableVote": false, "showTurnout": false, "declareTies": true,
		"closesAt": "2030-01-31T18:00:00Z", "reveal": true,
		"hostNominates": true, "approveNominations": true, "anonymous": true, "shuffle": false, "admission": "approve", "equalRanks": true, "options": [{"text": "O"}],
		"patches": true, "spectates": true, "lifetime": 7200, "commandID": "jJ7Vb2pYw0t1mZkQ9rXcEg"
	}`), &body); err != nil {
		t.Fatal(err)
	}
	sent, draft := reflect.ValueOf(body), reflect.ValueOf(body.Draft())
	for f, v := range sent.Fields() {
		switch {
		case v.IsZero():
			t.Errorf("%s is not tested", f.Name)
		case f.Name == "Patches", f.Name == "Spectates", f.Name == "CommandID":
		case !reflect.DeepEqual(draft.FieldByName(f.Name).Interface(), v.Interface()):
			t.Errorf("%s is %v in the draft", f.Name, draft.FieldByName(f.Name))
		}
	}
	if draft.NumField() != sent.NumField()-3 {
		t.Error("the draft has settings that nobody can send")
	}
}
