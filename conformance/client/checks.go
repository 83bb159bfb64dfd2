package main

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/caucus-live/caucus/socketio"
	"github.com/caucus-live/caucus/socketio/engineio"
	"github.com/caucus-live/caucus/socketio/sioclient"
)

// A check connects, and says what is wrong.
type check struct {
	name string
	do   func(ctx context.Context, p *peer) error
}

var checks = []check{
	{"the first event", greeted},
	{"events and calls", echoes},
	{"order", inOrder},
	{"long messages", longMessages},
	{"a question of the server", asked},
	{"namespaces over one connection", namespaces},
	{"a refusal", refused},
	{"an unknown namespace", unknown},
	{"words for an unknown namespace", wordsForUnknown},
	{"an upgrade", upgrades},
	{"recovery", recovers},
	{"the server ends a namespace", sentFromNamespace},
	{"the server ends the connection", sentAway},
}

func greeted(ctx context.Context, p *peer) error {
	var auth struct{ Token string }
	if err := p.hears(ctx, "auth", &auth); err != nil {
		return err
	}
	return equal(auth.Token, "é")
}

// A blob has bytes at some depth.
type blob struct {
	Text  string            `json:"text"`
	Parts map[string][]byte `json:"parts"`
}

const echo socketio.Call[blob, blob] = "echo"

func echoes(ctx context.Context, p *peer) error {
	if err := greeted(ctx, p); err != nil {
		return err
	}
	in := blob{"てすと \U0001F600 \u2028", map[string][]byte{"a": {0, 30, 255}, "b": {}}}
	out, err := echo.Do(ctx, p, in)
	if err := errors.Join(err, equal(fmt.Sprint(out), fmt.Sprint(in))); err != nil {
		return err
	}
	if err := p.Emit(ctx, "echo", 1.5, nil, "x", in, []byte{7}); err != nil {
		return err
	}
	var (
		number float64
		null   any
		text   string
		bin    []byte
	)
	err = p.hears(ctx, "echo", &number, &null, &text, &out, &bin)
	return errors.Join(err, equal(fmt.Sprint(number, null, text, out), fmt.Sprint(1.5, nil, "x", in)), equal(string(bin), "\x07"))
}

func inOrder(ctx context.Context, p *peer) error { return inOrderWith(ctx, p, "é") }

func longMessages(ctx context.Context, p *peer) error {
	return inOrderWith(ctx, p, strings.Repeat("é", 5000))
}

func inOrderWith(ctx context.Context, p *peer, padding string) error {
	if err := greeted(ctx, p); err != nil {
		return err
	}
	const n = 50
	for i := range n {
		if err := p.Emit(ctx, "echo", i, padding); err != nil {
			return err
		}
	}
	for want := range n {
		var got int
		var text string
		if err := errors.Join(p.hears(ctx, "echo", &got, &text), equal(got, want), equal(text, padding)); err != nil {
			return err
		}
	}
	return nil
}

func asked(ctx context.Context, p *peer) error {
	if err := greeted(ctx, p); err != nil {
		return err
	}
	double := socketio.Call[int, blob]("ask")
	double.Receive(p, func(_ context.Context, n int) (blob, error) {
		return blob{Parts: map[string][]byte{"a": {byte(2 * n)}}}, nil
	})
	if err := p.Emit(ctx, "ask", 21); err != nil {
		return err
	}
	var answer blob
	if err := errors.Join(p.hears(ctx, "ask"), p.hears(ctx, "answered", &answer)); err != nil {
		return err
	}
	return equal(string(answer.Parts["a"]), "\x2a")
}

const connection socketio.Call[socketio.None, string] = "connection"

func namespaces(ctx context.Context, p *peer) error {
	other := newPeer(p.Client().Of("/custom"))
	if err := other.Connect(ctx); err != nil {
		return err
	}
	a, err := connection.Do(ctx, p, socketio.None{})
	if err != nil {
		return err
	}
	b, err := connection.Do(ctx, other, socketio.None{})
	if err := errors.Join(err, equal(b, a)); err != nil {
		return err
	}
	p.Disconnect()
	b, err = connection.Do(ctx, other, socketio.None{})
	if err := errors.Join(err, equal(b, a)); err != nil {
		return err
	}
	return p.Connect(ctx)
}

func refused(ctx context.Context, p *peer) error {
	refusal, err := refusalOf(ctx, p, "/no")
	return errors.Join(err, equal(refusal, `FORBIDDEN {"code":7}`))
}

func unknown(ctx context.Context, p *peer) error {
	_, err := refusalOf(ctx, p, "/unknown")
	return err
}

func wordsForUnknown(ctx context.Context, p *peer) error {
	refusal, err := refusalOf(ctx, p, "/unknown")
	return errors.Join(err, equal(refusal, "Invalid namespace "))
}

// refusalOf returns the message and the data with which a namespace refuses the client.
func refusalOf(ctx context.Context, p *peer, namespace string) (string, error) {
	err := p.Client().Of(namespace).Connect(ctx)
	refused, ok := errors.AsType[*sioclient.ConnectError](err)
	if !ok {
		return "", fmt.Errorf("%s: %w", namespace, err)
	}
	return fmt.Sprintf("%s %s", refused.Message, refused.Data), nil
}

func upgrades(ctx context.Context, p *peer) error {
	for p.Client().Transport() != p.transport {
		if _, err := echo.Do(ctx, p, blob{}); err != nil {
			return err
		}
	}
	_, err := echo.Do(ctx, p, blob{})
	return err
}

func recovers(ctx context.Context, p *peer) error {
	if err := greeted(ctx, p); err != nil { // whose offset says where we were
		return err
	}
	id := p.ID()
	if recovered, err := next(ctx, p.ups); err != nil || recovered {
		return fmt.Errorf("recovered the first time: %v, %w", recovered, err)
	}
	if err := p.Emit(ctx, "break"); err != nil {
		return err
	}
	if _, err := next(ctx, p.downs); err != nil {
		return err
	}
	recovered, err := next(ctx, p.ups)
	if err := errors.Join(err, equal(recovered, true), equal(p.ID(), id)); err != nil {
		return err
	}
	var n int
	var bin []byte
	err = errors.Join(p.hears(ctx, "missed", &n), p.hears(ctx, "missed", &bin))
	return errors.Join(err, equal(n, 1), equal(string(bin), "\x02"))
}

func sentFromNamespace(ctx context.Context, p *peer) error {
	reason, err := leave(ctx, p, false)
	return errors.Join(err, equal(reason, sioclient.ReasonServer))
}

func sentAway(ctx context.Context, p *peer) error {
	reason, err := leave(ctx, p, true)
	if p.transport == engineio.TransportWebTransport {
		reason = sioclient.ReasonServer // the reference server closes the session before its last packet has left
	}
	return errors.Join(err, equal(reason, sioclient.ReasonServer))
}

// leave asks the server to end the namespace, or everything, and returns the reason that the
// client is given. It connects again.
func leave(ctx context.Context, p *peer, everything bool) (reason sioclient.Reason, err error) {
	if err := p.Emit(ctx, "leave", everything); err != nil {
		return "", err
	}
	if reason, err = next(ctx, p.downs); err != nil {
		return "", err
	}
	return reason, p.Connect(ctx)
}

func equal[T comparable](got, want T) error {
	if got != want {
		return fmt.Errorf("got %v, want %v", got, want)
	}
	return nil
}
