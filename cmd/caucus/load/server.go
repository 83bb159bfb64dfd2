package load

import (
	"errors"
	"math/rand/v2"
	"net"
	"net/url"
	"strings"
)

// A server is one of those that keep the polls.
type server struct {
	url       string // without a slash at its end
	socketURL string // at which it talks over WebSocket
}

func parseServers(urls []string) (servers []server, err error) {
	for _, given := range urls {
		u, err := url.Parse(strings.TrimRight(given, "/"))
		if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
			return nil, errNoAddress
		}
		s := server{url: u.String()}
		u.Scheme = map[string]string{"http": "ws", "https": "wss"}[u.Scheme]
		u.Path, u.RawQuery = u.Path+"/socket.io/", "EIO=4&transport=websocket"
		s.socketURL = u.String()
		servers = append(servers, s)
	}
	if len(servers) == 0 {
		return nil, errNoAddress
	}
	return servers, nil
}

var errNoAddress = errors.New("the server must be given as an address such as http://localhost:3000")

// another returns the index of a server other than this one, by chance; this one, if
// there is no other.
func (r *run) another(server int) int {
	if len(r.servers) == 1 {
		return server
	}
	return (server + 1 + rand.IntN(len(r.servers)-1)) % len(r.servers)
}

// withServer calls f with a server, and with others in turn while none can be reached.
// It returns the index of the last.
func (r *run) withServer(first int, f func(url string) error) (int, error) {
	for tried, i := 1, first; ; tried, i = tried+1, (i+1)%len(r.servers) {
		err := f(r.servers[i].url)
		dialing, ok := errors.AsType[*net.OpError](err)
		if !ok || dialing.Op != "dial" || tried == len(r.servers) { // else the server may have taken it
			return i, err
		}
	}
}
