// Command passport-example lets in those who have logged in over HTTP. The session of the
// website, known by its cookie, is what both have in common: logging out ends its sockets.
package main

import (
	"context"
	"io/fs"
	"net/http"

	"github.com/caucus-live/caucus/examples/originals"
	"github.com/caucus-live/caucus/socketio"
	"github.com/caucus-live/caucus/socketio/engineio"
)

// WhoAmI asks for the name under which somebody has logged in.
const WhoAmI socketio.Call[socketio.None, string] = "whoami"

func main() { originals.MainApp(newApp) }

func newApp(opts *socketio.Options, public fs.FS) (originals.App, error) {
	known := new(sessions)
	io, err := newServer(opts, known)
	return originals.App{IO: io, Page: newSite(io, known, public)}, err
}

// newServer returns a server that refuses strangers before there is a connection.
func newServer(opts *socketio.Options, known *sessions) (*socketio.Server, error) {
	opts.Engine.AllowRequest = func(r *http.Request) error {
		if _, ok := known.of(r); !ok {
			return &engineio.RequestError{Status: http.StatusUnauthorized, Message: "log in first"}
		}
		return nil
	}
	opts.Engine.HandshakeContext = func(r *http.Request) context.Context {
		s, _ := known.of(r)
		return context.WithValue(context.WithoutCancel(r.Context()), sessionKey{}, s)
	}
	io, err := socketio.NewServer(opts)
	if err != nil {
		return nil, err
	}
	io.Of("/").OnConnect(func(_ context.Context, s *socketio.Socket) error {
		session := sessionOf(s)
		return s.Join("session:"+session.id, "user:"+session.user)
	})
	WhoAmI.On(io.Of("/"), func(_ context.Context, s *socketio.Socket, _ socketio.None) (string, error) {
		return sessionOf(s).user, nil
	})
	return io, nil
}

type sessionKey struct{}

func sessionOf(s *socketio.Socket) session {
	found, _ := s.Handshake().Context.Value(sessionKey{}).(session)
	return found
}

// newSite returns the website: a page for those who have logged in, and one for the others.
func newSite(io *socketio.Server, known *sessions, public fs.FS) http.Handler {
	page := func(file, other string, wantUser bool) http.HandlerFunc {
		return func(w http.ResponseWriter, r *http.Request) {
			if _, ok := known.of(r); ok != wantUser {
				http.Redirect(w, r, other, http.StatusFound)
				return
			}
			w.Header().Set("Cache-Control", "no-store")
			http.ServeFileFS(w, r, public, file)
		}
	}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /{$}", page("index.html", "/login", true))
	mux.HandleFunc("GET /login", page("login.html", "/", false))
	mux.HandleFunc("POST /login", func(w http.ResponseWriter, r *http.Request) {
		if r.PostFormValue("username") == "john" && r.PostFormValue("password") == "changeit" {
			http.SetCookie(w, known.open("john"))
		}
		http.Redirect(w, r, "/", http.StatusFound)
	})
	mux.HandleFunc("POST /logout", func(w http.ResponseWriter, r *http.Request) {
		if s, ok := known.of(r); ok {
			known.close(s)
			_ = io.Of("/").To("session:" + s.id).Disconnect(r.Context()) // without a cluster it cannot fail
		}
		w.WriteHeader(http.StatusNoContent)
	})
	return http.NewCrossOriginProtection().Handler(mux)
}
