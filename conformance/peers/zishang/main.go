// Command zishang is zishang520's Socket.IO server and client for Go, for the
// interoperability tests.
//
//	zishang                                  a server that does what interop/support/peer.mjs does
//	zishang -url URL [-transports polling]   a client that checks the suite socketio-client
package main

import (
	"flag"
	"fmt"
	"os"
	"strings"
)

func main() {
	url := flag.String("url", "", "the server to check; without it, serve")
	transports := flag.String("transports", "polling,websocket", "what the client connects over")
	without := flag.String("without", "", "checks to leave out, by name")
	flag.Parse()
	err := serve
	if *url != "" {
		err = func() error { return check(*url, strings.Split(*transports, ","), strings.Split(*without, ",")) }
	}
	if err := err(); err != nil {
		fmt.Fprintln(os.Stderr, "zishang:", err)
		os.Exit(1)
	}
}
