package live_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/caucus-live/caucus/internal/live"
	"github.com/caucus-live/caucus/internal/poll"
)

// Many people come, vote, go and come back at once, and send again what is not
// answered, while the ledger is slow, loses writes, or makes them and does not
// say so. In the end every voter has the ballot that was last acknowledged, every
// follower has the document, and the log tells the same.
func TestNothingAcknowledgedIsLostOrDoubled(t *testing.T) {
	for seed := range uint64(20) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				dice := &dice{rand: rand.New(rand.NewPCG(seed, 0))}
				h := open(t, &live.Options{SnapshotEvery: 50})
				h.admin.connect()
				options := h.vote()
				h.ledger.onAppend(dice.append)

				voters := make([]*voter, 30)
				var voting sync.WaitGroup
				for i := range voters {
					voters[i] = &voter{dice: dice, client: h.client(poll.UserID(fmt.Sprintf("person%d", i)))}
					voting.Go(func() { voters[i].vote(options) }) // ends after a few ballots
				}
				voting.Wait()

				h.ledger.onAppend(nil)
				h.settled()
				h.do(h.admin, poll.Cast{Ranking: options}) // finds what the ledger has written after all
				h.settled()
				for _, v := range voters {
					v.check()
				}
				if diff := cmp.Diff(snapshot(h.again(nil)), snapshot(h)); diff != "" {
					t.Errorf("the poll is not that of its log:\n%s", diff)
				}
			})
		})
	}
}

// A voter is a person in the middle of all that.
type voter struct {
	*client
	dice    *dice
	receipt string // of the last ballot that was acknowledged
}

func (v *voter) vote(options []poll.NominationID) {
	v.come()
	for round := range 8 {
		pass(v.dice.upTo(30 * time.Millisecond))
		if v.dice.is(30) {
			v.close()
			v.client = v.tab()
			v.come()
		}
		v.cast(fmt.Sprintf("round %d", round), options[:1+v.dice.below(len(options))])
	}
}

func (v *voter) come() {
	for v.tryConnect() != nil {
		pass(v.dice.upTo(10 * time.Millisecond))
	}
}

// cast sends a ballot until it is acknowledged.
func (v *voter) cast(commandID string, ranking []poll.NominationID) {
	h := v.house
	for {
		ctx, cancel := context.WithTimeout(h.t.Context(), v.dice.upTo(20*time.Millisecond))
		outcome, err := h.Do(ctx, h.created.PollID, v.id, commandID, poll.Cast{Ranking: ranking})
		cancel()
		if err == nil {
			v.receipt = outcome.Receipt
			return
		}
		pass(v.dice.upTo(10 * time.Millisecond))
	}
}

func (v *voter) check() {
	h := v.house
	h.read(func(view live.View) {
		if me, ok := view.State().Me(v.id); !ok || me.Receipt != v.receipt {
			h.t.Errorf("%s has the receipt %q; the last acknowledged is %q", v.id, me.Receipt, v.receipt)
		}
	})
	if me := v.look().me; me.Receipt != v.receipt {
		h.t.Errorf("%s was told of the receipt %q; the last acknowledged is %q", v.id, me.Receipt, v.receipt)
	}
}

// A dice decides what goes wrong.
type dice struct {
	mu   sync.Mutex // guards rand
	rand *rand.Rand
}

func (d *dice) below(n int) int {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.rand.IntN(n)
}

func (d *dice) is(percent int) bool { return d.below(100) < percent }

func (d *dice) upTo(most time.Duration) time.Duration {
	return time.Duration(1 + d.below(int(most)))
}

// append carries out an append, or does something worse.
func (d *dice) append(_ context.Context, _ int, do func() error) error {
	pass(d.upTo(5 * time.Millisecond))
	switch luck := d.below(100); {
	case luck < 10:
		return errDisk
	case luck < 20:
		_ = do()
		return errDisk
	case luck < 25:
		time.AfterFunc(d.upTo(20*time.Millisecond), func() { _ = do() })
		return errDisk
	default:
		return do()
	}
}
