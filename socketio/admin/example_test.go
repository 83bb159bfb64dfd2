package admin_test

import (
	"fmt"

	"github.com/caucus-live/caucus/socketio"
	"github.com/caucus-live/caucus/socketio/admin"
	"github.com/caucus-live/caucus/socketio/engineio"
)

// With this, https://admin.socket.io can connect; the password is "changeit".
func ExampleAttach() {
	const hash = "$2y$10$ysnuR0ZFkG60CdS6LIB0W.rYnDft3HOTxajc6gvm0sfgWtD77uIke"
	io, err := socketio.NewServer(&socketio.Options{
		Engine: engineio.Options{OriginPatterns: []string{"https://admin.socket.io"}},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	a, err := admin.Attach(io, &admin.Options{Username: "admin", PasswordHash: hash})
	if err != nil {
		fmt.Println(err)
		return
	}
	defer a.Close()
	// http.ListenAndServe(":3000", io)
}
