// Command react is the first lesson of Socket.IO with React: a page that knows whether
// it is connected, and a server that passes on what the pages post.
package main

import (
	"context"

	"github.com/caucus-live/caucus/examples"
	"github.com/caucus-live/caucus/socketio"
)

// A Note is something that was posted.
type Note struct {
	From string `json:"from"` // the id of a socket
	Text string `json:"text"`
}

// What the page and the server tell each other.
const (
	Post   socketio.Call[string, socketio.None] = "post"
	Posted socketio.Event[Note]                 = "posted"
)

func main() { examples.Main("react", newServer) }

func newServer() (*socketio.Server, error) {
	server, err := socketio.NewServer(nil)
	if err != nil {
		return nil, err
	}
	Post.On(server.Of("/"), post)
	return server, nil
}

// post tells everybody, the sender too. Its return is the acknowledgement.
func post(ctx context.Context, s *socketio.Socket, text string) (socketio.None, error) {
	if text == "" {
		return socketio.None{}, &socketio.Error{Code: "empty", Message: "There is nothing to post."}
	}
	return socketio.None{}, Posted.Emit(ctx, s.Namespace(), Note{From: s.ID(), Text: text})
}
