// Command example is a server with rooms to talk in and an admin page, which it serves as well.
//
//	go run ./example -ui node_modules/@socket.io/admin-ui/ui/dist -password changeit
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"os"
	"os/signal"
	"syscall"
	"time"

	"golang.org/x/crypto/bcrypt"

	"github.com/caucus-live/caucus/socketio"
	"github.com/caucus-live/caucus/socketio/admin"
)

// Something is said in a room, whose name comes first.
type Something struct {
	socketio.Tuple

	Room, Text string
}

const (
	enter socketio.Event[string]    = "enter" // a room
	say   socketio.Event[Something] = "say"
	said  socketio.Event[Something] = "said" // to all in the room
)

func main() {
	addr := flag.String("addr", "127.0.0.1:8080", "where to listen")
	ui := flag.String("ui", "node_modules/@socket.io/admin-ui/ui/dist", "the folder with the admin page")
	password := flag.String("password", "", `what "admin" logs in with; without it, everybody may`)
	var opts admin.Options
	flag.BoolVar(&opts.ReadOnly, "read-only", false, "refuse orders of the page")
	flag.BoolVar(&opts.Production, "production", false, "send figures only")
	flag.Parse()
	opts.DisableAuth = *password == ""
	if *password != "" {
		hash, err := bcrypt.GenerateFromPassword([]byte(*password), bcrypt.DefaultCost)
		exitOn(err)
		opts.Username, opts.PasswordHash = "admin", string(hash)
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	exitOn(serve(ctx, *addr, *ui, &opts))
}

func exitOn(err error) {
	if err != nil {
		slog.Error("cannot serve", "error", err)
		os.Exit(1) //nolint:forbidigo // for main
	}
}

func serve(ctx context.Context, addr, ui string, opts *admin.Options) error {
	io, err := socketio.NewServer(nil) //nolint:contextcheck // it outlives ctx, to say good-bye
	if err != nil {
		return err
	}
	ns := io.Of("/")
	enter.On(ns, func(_ context.Context, s *socketio.Socket, room string) error { return s.Join(room) })
	say.On(ns, func(ctx context.Context, _ *socketio.Socket, what Something) error {
		return said.Emit(ctx, ns.To(what.Room), what)
	})
	a, err := admin.Attach(io, opts)
	if err != nil {
		return err
	}
	ln, err := net.Listen("tcp", addr)
	if err != nil {
		return err
	}
	mux := http.NewServeMux()
	mux.Handle("/socket.io/", io)
	mux.Handle("/", http.FileServer(http.Dir(ui)))
	web := &http.Server{Handler: mux, ReadHeaderTimeout: 10 * time.Second}
	ended := make(chan error, 1)
	go func() { ended <- web.Serve(ln) }()                                              // ends with Shutdown
	fmt.Fprintf(os.Stderr, "Open http://localhost:%d\n", ln.Addr().(*net.TCPAddr).Port) //nolint:errcheck // it is TCP's

	<-ctx.Done()
	late, cancel := context.WithTimeout(context.WithoutCancel(ctx), 10*time.Second)
	defer cancel()
	a.Close()
	err = errors.Join(io.Shutdown(late), web.Shutdown(late))
	if end := <-ended; !errors.Is(end, http.ErrServerClosed) {
		err = errors.Join(err, end)
	}
	return err
}
