package httpd

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"net/http"
	"strconv"
	"time"

	"github.com/caucus-live/caucus/internal/poll"
	"github.com/caucus-live/caucus/internal/wire"
)

// A problem is a REST error. As an error, it refuses a request.
type problem struct {
	status int
	why    poll.Problems // one at least, all of the same code
	wait   time.Duration // when to come back; 0: not said
}

func refuse(status int, why ...*poll.Error) *problem {
	return &problem{status: status, why: why}
}

func (p *problem) Error() string { return fmt.Sprintf("httpd: %d %s", p.status, p.why) }

// afterTrouble is when to ask a server again that could not save anything.
const afterTrouble = 5 * time.Second

// problemOf translates an error for the client, as refusalOf does for sockets.
func (s *Server) problemOf(ctx context.Context, err error) *problem {
	if p, ok := errors.AsType[*problem](err); ok {
		return p
	}
	if problems, ok := errors.AsType[poll.Problems](err); ok {
		return refuse(http.StatusBadRequest, problems...)
	}
	refused := s.refusalOf(ctx, err)
	p := refuse(statusOf(refused.Code), refused)
	if limited, ok := errors.AsType[*errTooMany](err); ok {
		p.wait = limited.wait
	}
	switch refused.Reason {
	case notSaved.Name:
		p.wait = afterTrouble
		fallthrough
	case goingDown.Name, tooSlow.Name:
		p.status = http.StatusServiceUnavailable
	}
	return p
}

// statusOf is the status of a code of the contract.
func statusOf(code poll.Code) int {
	switch code {
	case poll.BadRequest:
		return http.StatusBadRequest
	case poll.Unauthorized:
		return http.StatusForbidden
	case poll.NotFound:
		return http.StatusNotFound
	case rateLimited:
		return http.StatusTooManyRequests
	case internalFault:
		return http.StatusInternalServerError
	case poll.WrongPhase, poll.Duplicate, poll.Limit:
	}
	return http.StatusConflict
}

func writeProblem(w http.ResponseWriter, p *problem) {
	if p.wait > 0 {
		w.Header().Set("Retry-After", strconv.Itoa(seconds(p.wait)))
	}
	body := wire.Problem{StatusCode: p.status, Code: string(p.why[0].Code), Error: http.StatusText(p.status)}
	for _, e := range p.why {
		body.Message = append(body.Message, e.Message)
		body.Reasons = append(body.Reasons, wire.Reason{Reason: e.Reason, Params: e.Params})
	}
	body.Messages = body.Message
	writeJSON(w, p.status, body)
}

// writeJSON answers with a value of the contract, all of which can be encoded.
func writeJSON(w http.ResponseWriter, status int, v any) {
	data, err := json.Marshal(v)
	if err != nil {
		panic(err) //nolint:forbidigo // becomes a logged 500 in observe
	}
	writeHeader(w, status)
	_, _ = w.Write(append(data, '\n')) // a client that is gone needs no answer
}

// writeHeader begins an answer in JSON.
func writeHeader(w http.ResponseWriter, status int) {
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
}

// seconds rounds up: who comes back after them is not too early.
func seconds(d time.Duration) int { return int(math.Ceil(d.Seconds())) }
