package httpd

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"slices"

	"github.com/caucus-live/caucus/internal/live"
	"github.com/caucus-live/caucus/internal/poll"
	"github.com/caucus-live/caucus/internal/wire"
)

// read runs fn on the poll that the path names. Guessing is limited as in join.
func (s *Server) read(r *http.Request, fn func(live.View)) error {
	code, err := poll.ParseCode(r.PathValue("id"))
	if err != nil {
		return live.ErrNotFound
	}
	return s.guard.ask(r.Context(), s.visitOf(r), code, func(ctx context.Context) error {
		return s.polls.Read(ctx, code, fn)
	})
}

// summary answers GET /polls/{id}.
func (s *Server) summary(r *http.Request) (any, error) {
	var summary poll.Summary
	err := s.read(r, func(v live.View) { summary = v.State().Summary() })
	return summary, err
}

// encodeResults is the rendering of GET /polls/{id}/results.
func encodeResults(v live.View) (func() (*file, error), error) {
	doc, results := v.State().Document(), v.State().Results()
	if results == nil {
		return nil, refuse(http.StatusConflict, resultsCome(doc.Phase).Refuse())
	}
	return func() (*file, error) {
		data, err := json.Marshal(wire.PollResults{
			ID:          doc.ID,
			Topic:       doc.Settings.Topic,
			Nominations: inOrder(doc.Nominations),
			Results:     results,
			Committed:   doc.Commitment,
			Commitment:  doc.SeedCommitment,
			Seed:        doc.Seed,
			ExpiresAt:   doc.ExpiresAt,
		})
		return newDocument("results.json", "application/json; charset=utf-8", append(data, '\n')), err
	}, nil
}

// resultsCome says when there will be results.
func resultsCome(phase poll.Phase) *poll.Reason {
	if phase == poll.Closed {
		return notRevealed
	}
	return noResultsYet
}

// A rendering says how to encode a closed poll in some form, outside its turn, or why
// there is nothing to encode.
type rendering func(live.View) (encode func() (*file, error), err error)

// document answers with a form of a closed poll.
func (s *Server) document(form string, render rendering) http.Handler {
	return s.respond(func(w http.ResponseWriter, r *http.Request) error {
		f, done, err := s.render(r, form, render)
		if err != nil {
			return err
		}
		defer done()
		f.send(w, r)
		return nil
	})
}

// render returns a form of a poll, from what is kept or made for all who ask. The caller
// calls done when it is sent.
func (s *Server) render(r *http.Request, form string, render rendering) (f *file, done func(), err error) {
	var none error
	from := addressOf(r)
	err = s.read(r, func(v live.View) {
		if f, done, none = s.documents.take(keyOf(v, form), from); f == nil && v.State().Phase() != poll.Closed {
			_, none = render(v)
		}
	})
	if err = cmp.Or(err, none); err != nil || f != nil {
		return f, done, err
	}
	end, err := s.documents.begin(r.Context())
	if err != nil {
		return nil, nil, err
	}
	defer end()
	var (
		key    documentKey
		encode func() (*file, error)
	)
	err = s.read(r, func(v live.View) {
		key = keyOf(v, form)
		if f, done, none = s.documents.take(key, from); f == nil { // else somebody was faster
			encode, none = render(v)
		}
	})
	if err = cmp.Or(err, none); err != nil || f != nil {
		return f, done, err
	}
	if f, err = encode(); err != nil {
		return nil, nil, fmt.Errorf("httpd: encode %s: %w", form, err)
	}
	done, err = s.documents.put(key, f, from)
	return f, done, err
}

func keyOf(v live.View, form string) documentKey {
	return documentKey{v.ID(), form, v.State().Version()}
}

func inOrder(nominations map[poll.NominationID]poll.Nomination) []poll.ExportNomination {
	list := make([]poll.ExportNomination, 0, len(nominations))
	for _, id := range slices.SortedFunc(maps.Keys(nominations), func(a, b poll.NominationID) int {
		return cmp.Compare(nominations[a].Order, nominations[b].Order)
	}) {
		list = append(list, poll.ExportNomination{ID: id, Text: nominations[id].Text})
	}
	return list
}
