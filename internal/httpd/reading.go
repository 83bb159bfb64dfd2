package httpd

import (
	"cmp"
	"context"
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
	return s.guard.ask(r.Context(), s.addressOf(r), code, func(ctx context.Context) error {
		return s.polls.Read(ctx, code, fn)
	})
}

// summary answers GET /polls/{id}.
func (s *Server) summary(r *http.Request) (any, error) {
	var summary poll.Summary
	err := s.read(r, func(v live.View) { summary = v.State().Summary() })
	return summary, err
}

// results answers GET /polls/{id}/results.
func (s *Server) results(r *http.Request) (any, error) {
	var doc poll.Document
	var results *poll.Results
	err := s.read(r, func(v live.View) { doc, results = v.State().Document(), v.State().Results() })
	switch {
	case err != nil:
		return nil, err
	case results == nil:
		return nil, refuse(http.StatusConflict, resultsCome(doc.Phase))
	}
	return wire.PollResults{
		ID:          doc.ID,
		Topic:       doc.Settings.Topic,
		Nominations: inOrder(doc.Nominations),
		Results:     results,
		Commitment:  doc.SeedCommitment,
		Seed:        doc.Seed,
	}, nil
}

// resultsCome says when there will be results.
func resultsCome(phase poll.Phase) string {
	if phase == poll.Closed {
		return "The results are here once the admin has revealed them."
	}
	return "The results are here once voting has ended."
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

// exported answers GET /polls/{id}/export.*, one for each format.
func (s *Server) exported(f exportFormat) http.Handler {
	return s.respond(func(w http.ResponseWriter, r *http.Request) error {
		var (
			export *poll.Export
			open   error
		)
		err := s.read(r, func(v live.View) { export, open = v.State().Export() })
		switch {
		case err != nil:
			return err
		case open != nil:
			return open
		}
		return f.send(w, export)
	})
}
