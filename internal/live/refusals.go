package live

import "github.com/caucus-live/caucus/internal/poll"

// refusalsMax bounds how many refused commands a room remembers.
const refusalsMax = 1024

// A refusals remembers the newest refused commands that had an id, so that one
// that is sent again has the same answer. (Those that were accepted are part of
// the poll's state.) The zero value is empty.
type refusals struct {
	answers map[commandKey]error
	order   []commandKey // a ring once it is full
	oldest  int
}

type commandKey struct {
	by poll.UserID
	id string
}

func (r *refusals) recall(by poll.UserID, commandID string) error {
	return r.answers[commandKey{by, commandID}]
}

// note remembers a refusal, if the command has an id.
func (r *refusals) note(by poll.UserID, commandID string, err error) {
	key := commandKey{by, commandID}
	if !memorable(commandID) || r.answers[key] != nil {
		return
	}
	if r.answers == nil {
		r.answers = make(map[commandKey]error)
	}
	r.answers[key] = err
	if len(r.order) < refusalsMax {
		r.order = append(r.order, key)
		return
	}
	delete(r.answers, r.order[r.oldest])
	r.order[r.oldest] = key
	r.oldest = (r.oldest + 1) % refusalsMax
}

// memorable reports whether a command has an id, and not one that is refused for
// its length.
func memorable(commandID string) bool {
	return commandID != "" && len(commandID) <= poll.MaxCommandID
}
