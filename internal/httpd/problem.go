package httpd

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/caucus-live/caucus/internal/live"
	"github.com/caucus-live/caucus/internal/poll"
	"github.com/caucus-live/caucus/internal/wire"
)

// Sentences that more than one route, or REST and the sockets, answer with.
const (
	noSuchPoll = "There is no poll with this code; it may have ended. Check the code, or ask who shared it."
	noEntry    = "You cannot take part in this poll any more."
	tooSlow    = "The server is too busy to answer in time. Reload to see whether what you sent was accepted."
	goingDown  = "The server is restarting; try again in a moment."
)

// A problem is a REST error. As an error, it refuses a request.
type problem struct {
	status    int
	code      string // of the contract; "": what the status says
	sentences []string
	wait      time.Duration // when to come back; 0: not said
}

func refuse(status int, sentences ...string) *problem {
	return &problem{status: status, sentences: sentences}
}

func (p *problem) Error() string {
	return fmt.Sprintf("httpd: %d %s", p.status, strings.Join(p.sentences, " "))
}

// problemOf translates an error for the client, as refusalOf does for sockets.
func (s *Server) problemOf(ctx context.Context, err error) *problem {
	if p, ok := errors.AsType[*problem](err); ok {
		return p
	}
	if sentences, ok := errors.AsType[poll.Problems](err); ok {
		return refuse(http.StatusBadRequest, sentences...)
	}
	refusal := s.refusalOf(ctx, err)
	p := refuse(statusOf(refusal.Code), refusal.Message)
	p.code = refusal.Code
	if limited, ok := errors.AsType[*errTooMany](err); ok {
		p.wait = limited.wait
	}
	if errors.Is(err, live.ErrClosed) || ctx.Err() != nil {
		p.status = http.StatusServiceUnavailable
	}
	return p
}

// statusOf is the status of a code of the contract.
func statusOf(code string) int {
	switch code {
	case string(poll.BadRequest):
		return http.StatusBadRequest
	case string(poll.Unauthorized):
		return http.StatusForbidden
	case string(poll.NotFound):
		return http.StatusNotFound
	case wire.CodeRateLimited:
		return http.StatusTooManyRequests
	case wire.CodeInternal:
		return http.StatusInternalServerError
	}
	return http.StatusConflict
}

// codeOf is the code that a status says, where nothing says more.
func codeOf(status int) string {
	switch {
	case status == http.StatusForbidden:
		return string(poll.Unauthorized)
	case status == http.StatusNotFound:
		return string(poll.NotFound)
	case status == http.StatusConflict:
		return string(poll.WrongPhase)
	case status == http.StatusTooManyRequests:
		return wire.CodeRateLimited
	case status >= http.StatusInternalServerError:
		return wire.CodeInternal
	}
	return string(poll.BadRequest)
}

func writeProblem(w http.ResponseWriter, p *problem) {
	if p.wait > 0 {
		w.Header().Set("Retry-After", strconv.Itoa(seconds(p.wait)))
	}
	writeJSON(w, p.status, wire.Problem{
		StatusCode: p.status,
		Code:       cmp.Or(p.code, codeOf(p.status)),
		Message:    p.sentences,
		Messages:   p.sentences,
		Error:      http.StatusText(p.status),
	})
}

// writeJSON answers with a value of the contract, all of which can be encoded.
func writeJSON(w http.ResponseWriter, status int, v any) {
	data, err := json.Marshal(v)
	if err != nil {
		panic(err) //nolint:forbidigo // becomes a logged 500 in observe
	}
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	_, _ = w.Write(append(data, '\n')) // a client that is gone needs no answer
}

// seconds rounds up: who comes back after them is not too early.
func seconds(d time.Duration) int { return int(math.Ceil(d.Seconds())) }
