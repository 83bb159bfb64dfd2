package live

import (
	"context"
	"time"

	"github.com/caucus-live/caucus/internal/poll"
)

// RunAgain makes a poll of the settings, options and people of another, in which voting has
// ended, for its admin, and says so in the other's log. When it is asked again it returns
// the same poll. The errors are those of Do and Create.
func (r *Registry) RunAgain(ctx context.Context, pollID string, by poll.UserID, commandID string) (next string, err error) {
	if !r.begin() {
		return "", ErrClosed
	}
	defer r.workers.Done()
	var (
		create  poll.Create
		refused error
	)
	now := r.opts.Now().UTC().Truncate(time.Millisecond)
	err = r.Read(ctx, pollID, func(v View) {
		if next = v.State().Next(); next != "" && v.State().Admin() == by {
			return
		}
		e := poll.Entry{At: now, By: by, Command: poll.RunAgain{PollID: pollID}}
		if refused = v.State().Check(e); refused == nil {
			create = v.State().Again()
			create.Expires = now.Add(min(v.State().Lifetime(), r.opts.MaxLifetime))
		}
	})
	switch {
	case err != nil:
		return "", err
	case refused != nil:
		return "", refused
	case next != "":
		return next, nil
	}
	if err := r.open(ctx, now, &create); err != nil {
		return "", err
	}
	if _, err := r.Do(ctx, pollID, by, commandID, poll.RunAgain{PollID: create.PollID}); err != nil {
		return "", err // perhaps another server was faster; the poll that was made expires
	}
	err = r.Read(ctx, pollID, func(v View) { next = v.State().Next() })
	return next, err
}
