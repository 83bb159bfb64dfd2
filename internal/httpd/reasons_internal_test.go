package httpd

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/caucus-live/caucus/internal/poll"
	"github.com/caucus-live/caucus/internal/wire"
)

// sample has a value for every parameter of a reason.
func sample(r *poll.Reason) []any {
	var values []any
	for _, name := range r.Params() {
		switch name {
		case "methods":
			values = append(values, []string{"irv", "stv"})
		case "latest", "expires", "end":
			values = append(values, time.Date(2030, 1, 31, 18, 0, 0, 0, time.UTC))
		case "field", "other", "type", "event", "text", "use", "why", "number", "method", "example":
			values = append(values, "x"+name)
		default:
			values = append(values, len(values)+2)
		}
	}
	return values
}

// Whatever the reason, its code, its name and its parameters reach a client by every way
// in which it can be refused: over REST, as an answer and an exception, and on connecting.
func TestEveryRefusalCarriesItsReason(t *testing.T) {
	s := new(Server)
	for _, r := range poll.Reasons() {
		refused := r.Refuse(sample(r)...)
		if strings.ContainsAny(refused.Message, "{}") || len(refused.Params) != len(r.Params()) {
			t.Errorf("%s: %q with %v", r.Name, refused.Message, refused.Params)
		}
		want := wire.Refusal{Code: string(r.Code), Reason: r.Name, Params: refused.Params}
		wrapped := fmt.Errorf("a wrapped one: %w", refused)

		answer := httptest.NewRecorder()
		writeProblem(answer, s.problemOf(t.Context(), wrapped))
		var problem wire.Problem
		if err := json.Unmarshal(answer.Body.Bytes(), &problem); err != nil || len(problem.Reasons) != 1 || answer.Code < http.StatusBadRequest {
			t.Fatalf("%s: %d %s", r.Name, answer.Code, answer.Body)
		}
		compare(t, "REST", wire.Refusal{Code: problem.Code, Reason: problem.Reasons[0].Reason, Params: problem.Reasons[0].Params}, want)

		acknowledged := errorOf(s.refusalOf(t.Context(), wrapped))
		compare(t, "event", wire.Refusal{Code: acknowledged.Code, Reason: acknowledged.Reason, Params: acknowledged.Params}, want)
		compare(t, "connect_error", s.connectError(t.Context(), wrapped).Data, want)
		if acknowledged.Message != refused.Message || problem.Message[0] != refused.Message {
			t.Errorf("%s: %q, %q", r.Name, acknowledged.Message, problem.Message)
		}
	}
}

// compare compares as clients would, in JSON.
func compare(t *testing.T, way string, got, want any) {
	t.Helper()
	a, err := json.Marshal(got)
	b, failed := json.Marshal(want)
	if err = errors.Join(err, failed); err != nil || string(a) != string(b) {
		t.Errorf("%s: %s, not %s, %v", way, a, b, err)
	}
}

func TestReasonsHaveNamesOfTheirOwn(t *testing.T) {
	named, said := map[string]bool{}, map[string]string{}
	for _, r := range poll.Reasons() {
		if named[r.Name] || !regexp.MustCompile(`^[a-z]+(_[a-z]+)*$`).MatchString(r.Name) {
			t.Errorf("the name %s", r.Name)
		}
		if other := said[r.Sentence]; other != "" {
			t.Errorf("%s says the same as %s", r.Name, other)
		}
		named[r.Name], said[r.Sentence] = true, r.Name
	}
}

// The page for authors of clients has every reason.
func TestDocsHaveEveryRefusal(t *testing.T) {
	page, err := os.ReadFile("../../docs/clients.md")
	if err != nil {
		t.Fatal(err)
	}
	var table strings.Builder
	for _, r := range poll.Reasons() {
		sentence := regexp.MustCompile(`\{(\w+)[^}]*\}`).ReplaceAllString(r.Sentence, "`$1`")
		fmt.Fprintf(&table, "| `%s` | `%s` | %s |\n", r.Name, r.Code, sentence)
	}
	_, got, _ := strings.Cut(string(page), "| reason | code | sentence |\n|---|---|---|\n")
	if diff := cmp.Diff(table.String(), got); diff != "" {
		t.Error(diff)
	}
}
