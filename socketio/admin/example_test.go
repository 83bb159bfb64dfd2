package admin_test

import (
	"context"
	"fmt"
	"log"
	"net/http/httptest"

	"github.com/caucus-live/caucus/socketio"
	"github.com/caucus-live/caucus/socketio/admin"
	"github.com/caucus-live/caucus/socketio/engineio"
	"github.com/caucus-live/caucus/socketio/sioclient"
)

// With this, https://admin.socket.io can connect, as "admin" with the password "changeit".
// Here a client in Go stands for the page.
func ExampleAttach() {
	const hash = "$2y$10$ysnuR0ZFkG60CdS6LIB0W.rYnDft3HOTxajc6gvm0sfgWtD77uIke" // htpasswd -nBC 10 admin
	ctx := context.Background()

	io, err := socketio.NewServer(&socketio.Options{
		Engine: engineio.Options{OriginPatterns: []string{"https://admin.socket.io"}},
	})
	if err != nil {
		log.Fatal(err)
	}
	a, err := admin.Attach(io, &admin.Options{Username: "admin", PasswordHash: hash})
	if err != nil {
		log.Fatal(err)
	}
	defer a.Close()
	server := httptest.NewServer(io) // or http.ListenAndServe(":3000", io)
	defer server.Close()
	defer io.Shutdown(ctx)

	for _, password := range []string{"guess", "changeit"} {
		page, err := sioclient.New(server.URL, &sioclient.Options{
			Auth: map[string]string{"username": "admin", "password": password},
		})
		if err != nil {
			log.Fatal(err)
		}
		fmt.Printf("%s: %v\n", password, page.Of("/admin").Connect(ctx))
		page.Close(ctx)
	}
	// Output:
	// guess: sioclient: refused: invalid credentials
	// changeit: <nil>
}
