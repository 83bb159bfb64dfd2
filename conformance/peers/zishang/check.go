package main

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"time"

	"github.com/zishang520/socket.io/clients/engine/v3/transports"
	"github.com/zishang520/socket.io/clients/socket/v3"
	"github.com/zishang520/socket.io/v3/pkg/types"
)

// patience is for a machine that has much else to do.
const patience = time.Minute

var checks = []struct {
	name string
	do   func(*socket.Socket) error
}{
	{"calls", calls},
	{"events", events},
	{"a question of the server", asked},
	{"bytes from the server", bytesFromServer},
	{"bytes from the client", bytesFromClient},
}

// check is a client of the suite socketio-client. It leaves out the checks without.
func check(url string, over, without []string) error {
	opts := socket.DefaultOptions()
	set := types.NewSet[transports.TransportCtor]()
	for _, name := range over {
		set.Add(map[string]transports.TransportCtor{"polling": transports.Polling, "websocket": transports.WebSocket}[name])
	}
	opts.SetTransports(set)
	opts.SetForceNew(true)
	s, err := socket.Connect(url, opts)
	if err != nil {
		return err
	}
	defer s.Disconnect()
	if _, err := wait(s, "connect", nil); err != nil {
		return err
	}
	for _, c := range checks {
		if slices.Contains(without, c.name) {
			continue
		}
		if err := c.do(s); err != nil {
			return fmt.Errorf("%s: %w", c.name, err)
		}
	}
	refused, err := socket.Connect(url+"/no", opts)
	if err != nil {
		return err
	}
	defer refused.Disconnect()
	_, err = wait(refused, "connect_error", nil)
	return err
}

// wait does something and waits for an event.
func wait(s *socket.Socket, event types.EventName, do func() error) ([]any, error) {
	heard := make(chan []any, 1)
	err := s.Once(event, func(args ...any) { heard <- args })
	if err == nil && do != nil {
		err = do()
	}
	if err != nil {
		return nil, err
	}
	select {
	case args := <-heard:
		return args, nil
	case <-time.After(patience):
		return nil, fmt.Errorf("no %s", event)
	}
}

// calls makes its calls at once: over polling, each that is made alone waits for a ping.
func calls(s *socket.Socket) error {
	values := []any{"tea", true, 7.5, "\u2028 \U0001F600", []any{"a", map[string]any{"b": "c"}}}
	failed := make(chan error, len(values))
	for _, value := range values {
		s.EmitWithAck("echo", value)(func(answer []any, err error) {
			if err == nil && (len(answer) != 1 || fmt.Sprint(answer[0]) != fmt.Sprint(value)) {
				err = fmt.Errorf("echo of %v: %v", value, answer)
			}
			failed <- err
		})
	}
	late := time.After(patience)
	for range values {
		select {
		case err := <-failed:
			if err != nil {
				return err
			}
		case <-late:
			return errors.New("a call without an answer")
		}
	}
	return nil
}

func events(s *socket.Socket) error {
	_, err := wait(s, "hi", func() error { return s.Emit("hi") })
	return err
}

func asked(s *socket.Socket) error {
	err := s.On("ack", func(args ...any) {
		if ack, ok := args[len(args)-1].(func([]any, error)); ok {
			ack([]any{5, map[string]any{"test": true}}, nil)
		}
	})
	_, heard := wait(s, "got it", func() error { return s.Emit("ack") })
	return errors.Join(err, heard)
}

func bytesFromServer(s *socket.Socket) error {
	args, err := wait(s, "doge", func() error { return s.Emit("doge") })
	if err != nil {
		return err
	}
	data, ok := args[0].(io.Reader)
	if !ok {
		return fmt.Errorf("doge: %T", args[0])
	}
	if text, err := io.ReadAll(data); err != nil || string(text) != "asdfasdf" {
		return fmt.Errorf("doge: %q, %w", text, err)
	}
	return nil
}

func bytesFromClient(s *socket.Socket) error {
	_, err := wait(s, "buffack", func() error { return s.Emit("buffa", types.NewBytesBuffer([]byte("xxxxxxx"))) })
	return err
}
