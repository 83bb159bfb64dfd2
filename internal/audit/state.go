package audit

import (
	"context"

	"github.com/caucus-live/caucus/internal/ledger"
	"github.com/caucus-live/caucus/internal/poll"
)

// State applies a log from its start and returns the poll that it makes.
func State(ctx context.Context, l ledger.Ledger, id string) (*poll.State, error) {
	state := poll.New()
	for e, err := range l.Read(ctx, id, 0) { //nolint:contextcheck // an entry is applied whole
		if err != nil {
			return nil, err
		}
		if err := new(Replay).entry(state, e); err != nil {
			return nil, err
		}
	}
	return state, nil
}
