package main

import (
	"context"
	"log/slog"

	"github.com/caucus-live/caucus/socketio"
	"github.com/caucus-live/caucus/socketio/engineio"
)

// newEndings ends whoever asks for it, in the way that is asked for, right after some
// last words.
func newEndings(log *slog.Logger) (server, error) {
	io, err := socketio.NewServer(&socketio.Options{Engine: engineio.Options{AllowEIO3: true}, Logger: log})
	if err != nil {
		return nil, err
	}
	ends := map[string]func(s *socketio.Socket){
		"Disconnect": (*socketio.Socket).Disconnect,
		"CloseConn":  (*socketio.Socket).CloseConn,
		"BreakConn":  (*socketio.Socket).BreakConn,
		"Shutdown": func(*socketio.Socket) {
			go func() { // ends with the process
				if err := io.Shutdown(context.Background()); err != nil {
					log.Error("shutdown", slog.Any("error", err))
				}
			}()
		},
		"panic": func(*socketio.Socket) { panic("asked for") }, //nolint:forbidigo // what the client asks for
	}
	socketio.Event[string]("end").On(io.Of("/"), func(ctx context.Context, s *socketio.Socket, how string) error {
		for i := range 5 {
			if err := s.Emit(ctx, "word", i); err != nil {
				return err
			}
		}
		if end, ok := ends[how]; ok {
			end(s)
		}
		return nil
	})
	return io, nil
}
