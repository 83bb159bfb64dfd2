package jetstream

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
)

// How long a request waits for its answer before it is sent again, at first and at most,
// and how long after a refusal. A server that leads a stream may be gone without a word,
// and the next leader does not know what was asked of it.
const (
	answerSoon    = 400 * time.Millisecond
	answerWithin  = 2 * time.Second
	retryInterval = 100 * time.Millisecond
)

// The error codes of NATS that mean something here.
const (
	codeMessageNotFound = 10037
	codeWrongSequence   = 10071
	codeWrongConstant   = 10164 // of the same meaning
)

// An apiError is what NATS answers instead of what it was asked for.
type apiError struct {
	Code        int    `json:"code"`
	ErrCode     int    `json:"err_code"`
	Description string `json:"description"`
}

func (e *apiError) Error() string { return fmt.Sprintf("nats: %s (%d)", e.Description, e.ErrCode) }

// is reports whether err is NATS's error of one of the codes.
func is(err error, codes ...int) bool {
	e, ok := errors.AsType[*apiError](err)
	return ok && slices.Contains(codes, e.ErrCode)
}

// persist calls try until it succeeds, or final says that its error will stay, or
// ctx ends; then the error is try's last.
func persist(ctx context.Context, final func(error) bool, try func(context.Context) error) error {
	for within := answerSoon; ; within = min(2*within, answerWithin) {
		attempt, cancel := context.WithTimeout(ctx, within)
		err := try(attempt)
		cancel()
		if err == nil || final(err) {
			return err
		}
		if !sleep(ctx, retryInterval) {
			return errors.Join(context.Cause(ctx), err)
		}
	}
}

// An apiAnswer is what NATS answers: an error, or what was asked for.
type apiAnswer struct {
	Error   *apiError `json:"error"`
	Message struct {
		Sequence uint64 `json:"seq"`
		Header   []byte `json:"hdrs"`
		Data     []byte `json:"data"`
	} `json:"message"`
	Cluster *jetstream.ClusterInfo `json:"cluster"` // of a stream
}

// request asks one of JetStream's services.
func (l *Ledger) request(ctx context.Context, subject string, req any) (*apiAnswer, error) {
	data, err := json.Marshal(req)
	if err != nil {
		return nil, err
	}
	msg, err := l.conn.RequestWithContext(ctx, "$JS.API."+subject, data)
	if err != nil {
		return nil, err
	}
	answer := new(apiAnswer)
	if err := json.Unmarshal(msg.Data, answer); err != nil {
		return nil, err
	}
	if answer.Error != nil {
		return nil, answer.Error
	}
	return answer, nil
}

// A stored is a message of a stream.
type stored struct {
	sequence uint64
	part     string // see partHeader
	data     []byte
}

// A getRequest says which message of a stream to get.
type getRequest struct {
	Sequence uint64 `json:"seq,omitempty"`
	LastFor  string `json:"last_by_subj,omitempty"`
	NextFor  string `json:"next_by_subj,omitempty"`
	Batch    int    `json:"batch,omitempty"`
	MaxBytes int    `json:"max_bytes,omitempty"`
	UpTo     uint64 `json:"up_to_seq,omitempty"`
}

// get has the leader of a stream get a message. It returns nil when there is no such one.
func (l *Ledger) get(ctx context.Context, stream string, req getRequest) (*stored, error) {
	var answer *apiAnswer
	err := persist(ctx, func(err error) bool { return is(err, codeMessageNotFound) }, func(ctx context.Context) (err error) {
		answer, err = l.request(ctx, "STREAM.MSG.GET."+stream, req)
		return err
	})
	if is(err, codeMessageNotFound) {
		return nil, nil //nolint:nilnil // as documented
	}
	if err != nil {
		return nil, err
	}
	m := &stored{sequence: answer.Message.Sequence, data: answer.Message.Data}
	if len(answer.Message.Header) > 0 {
		header, err := nats.DecodeHeadersMsg(answer.Message.Header)
		if err != nil {
			return nil, err
		}
		m.part = header.Get(partHeader)
	}
	return m, nil
}

// What is fetched at once. Between two pages a reader holds nothing of NATS.
const (
	maxPage      = 500 // messages
	maxPageBytes = 2 << 20
)

// page gets the messages of a subject from one sequence of the stream to another, as
// many as are fetched at once, from any replica: it may lag behind.
func (l *Ledger) page(ctx context.Context, n name, from, upTo uint64) ([]*stored, error) {
	ctx, cancel := context.WithTimeout(ctx, answerWithin)
	defer cancel()
	inbox := nats.NewInbox()
	sub, err := l.conn.SubscribeSync(inbox)
	if err != nil {
		return nil, err
	}
	defer func() { _ = sub.Unsubscribe() }() // it ends with the connection otherwise
	data, err := json.Marshal(getRequest{Sequence: from, NextFor: n.subject(), Batch: maxPage, MaxBytes: maxPageBytes, UpTo: upTo})
	if err != nil {
		return nil, err
	}
	if err := l.conn.PublishRequest("$JS.API.DIRECT.GET."+n.stream, inbox, data); err != nil {
		return nil, err
	}
	soon, cancelSoon := context.WithTimeout(ctx, answerWithin/2) // the replica that is asked may be gone
	defer cancelSoon()
	var page []*stored
	for next := soon; ; next = ctx {
		msg, err := sub.NextMsgWithContext(next)
		if err != nil {
			return page, err
		}
		switch status := msg.Header.Get("Status"); status {
		case "":
			sequence, err := strconv.ParseUint(msg.Header.Get("Nats-Sequence"), 10, 64)
			if err != nil {
				return page, fmt.Errorf("a message without its sequence: %w", err)
			}
			page = append(page, &stored{sequence: sequence, part: msg.Header.Get(partHeader), data: msg.Data})
		case "204", "404": // the end, or nothing at all
			return page, nil
		default:
			return page, fmt.Errorf("status %s", status)
		}
	}
}
