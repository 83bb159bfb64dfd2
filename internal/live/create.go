package live

import (
	"bytes"
	"context"
	"crypto/hkdf"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base32"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/caucus-live/caucus/internal/ledger"
	"github.com/caucus-live/caucus/internal/poll"
)

// Created is a new poll.
type Created struct {
	PollID  string
	Admin   poll.UserID
	Name    poll.Text // of the admin, normalised
	Expires time.Time
}

// codeAttempts is how many codes are drawn before giving up. With a million polls
// three in a row are taken once in 400 million times.
const codeAttempts = 16

// Create makes a poll of a draft, under a code that no other has. It is durable
// when Create returns nil. Otherwise the error is poll.Problems (the draft's),
// ErrClosed, or the ledger's.
//
// If once is not empty, it is a secret that nobody guesses, and the code and the admin are
// made of it instead of being drawn: another call with the same one finds the poll of the
// first and returns it, on any server of the ledger, for as long as that poll is there.
func (r *Registry) Create(ctx context.Context, d poll.Draft, once string) (Created, error) {
	if !r.begin() {
		return Created{}, ErrClosed
	}
	defer r.workers.Done()
	now := r.opts.Now().UTC().Truncate(time.Millisecond)
	life, problems := d.Life(r.opts.PollTTL, r.opts.MaxLifetime)
	expires := now.Add(life).Truncate(time.Millisecond)
	plan, err := d.Parse(now, expires)
	if problems != nil {
		others, _ := errors.AsType[poll.Problems](err)
		err = append(others, problems...)
	}
	if err != nil {
		return Created{}, err
	}
	create := poll.Create{Admin: NewUserID(), Settings: plan.Settings, Options: plan.Options, Expires: expires}
	if once == "" {
		err = r.open(ctx, now, &create)
	} else {
		err = r.openOnce(ctx, now, &create, once)
	}
	if err != nil {
		return Created{}, err
	}
	return Created{create.PollID, create.Admin, plan.Name, create.Expires}, nil
}

// open makes a poll, under a code that no other has, and fills in what is this server's to
// say.
func (r *Registry) open(ctx context.Context, now time.Time, create *poll.Create) error {
	return r.openUnder(ctx, now, create, rand.Reader, func() error { return ledger.ErrExists })
}

// openOnce is open for what may be asked for again. What was made before is found by its
// admin, of whom nobody but the asker can make a poll.
func (r *Registry) openOnce(ctx context.Context, now time.Time, create *poll.Create, once string) error {
	drawn, err := hkdf.Expand(sha256.New, []byte(once), "poll", sha256.Size+codeAttempts*poll.CodeSeed)
	if err != nil {
		return fmt.Errorf("live: create a poll: %w", err)
	}
	create.Admin = poll.UserID(base32.StdEncoding.EncodeToString(drawn[:sha256.Size])[:userIDLength])
	return r.openUnder(ctx, now, create, bytes.NewReader(drawn[sha256.Size:]), func() error {
		made := false
		err := r.Read(ctx, create.PollID, func(v View) {
			if made = v.State().Knows(create.Admin); made {
				create.Expires = v.State().Expires()
			}
		})
		if made || err != nil && !errors.Is(err, ErrNotFound) {
			return err
		}
		return ledger.ErrExists
	})
}

// openUnder makes a poll under the first of the codes drawn from chance that is free, or
// for which taken returns anything but ErrExists.
func (r *Registry) openUnder(ctx context.Context, now time.Time, create *poll.Create, chance io.Reader, taken func() error) (err error) {
	create.Limits, create.Options, create.Rules = r.opts.Limits, withIDs(create.Options), poll.Rules
	create.Latest = r.latest(now, create.Expires)
	for range codeAttempts {
		if create.PollID, err = poll.NewCode(chance); err != nil {
			return err
		}
		if err = r.create(ctx, now, *create); errors.Is(err, ledger.ErrExists) {
			err = taken()
		}
		if !errors.Is(err, ledger.ErrExists) {
			break
		}
	}
	if _, refused := errors.AsType[*poll.Error](err); err == nil || refused {
		return err
	}
	return fmt.Errorf("live: create a poll: %w", err)
}

// latest is up to when a poll may be extended that was made at a time and ends at another.
func (r *Registry) latest(created, expires time.Time) time.Time {
	if latest := created.Add(r.opts.MaxLifetime); latest.After(expires) {
		return latest
	}
	return expires
}

// withIDs draws ids for options, all of which are different.
func withIDs(options []poll.Option) []poll.Option {
	drawn := make(map[poll.NominationID]bool, len(options))
	for i := range options {
		for options[i].ID == "" || drawn[options[i].ID] {
			options[i].ID = newNominationID()
		}
		drawn[options[i].ID] = true
	}
	return options
}

func (r *Registry) create(ctx context.Context, now time.Time, c poll.Create) error {
	entry := poll.Entry{At: now, By: c.Admin, Command: c}
	if err := poll.New().Check(entry); err != nil {
		return err
	}
	data, err := poll.MarshalEntry(entry)
	if err != nil {
		return err
	}
	return r.ledger.Create(ctx, c.PollID, c.Expires, data)
}
