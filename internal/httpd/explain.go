package httpd

import (
	"log/slog"
	"net/http"
	"strings"

	"github.com/caucus-live/caucus/socketio/engineio"
)

// unknownSession is the code with which the engine refuses a request of a session that
// it does not have.
const unknownSession = 1

// explain logs why requests of sockets are refused, where the reason lies between the
// client and this server.
func (s *Server) explain(r *http.Request, err *engineio.RequestError) {
	q := r.URL.Query()
	switch {
	case q.Get("transport") == "websocket" && !isUpgrade(r):
		s.advisor.say(r.Context(), "upgrade", "a WebSocket handshake came without its Upgrade header field",
			slog.String("remedy", "have the proxy in front pass upgrades on (nginx: proxy_http_version 1.1; "+
				"proxy_set_header Upgrade $http_upgrade; proxy_set_header Connection $connection_upgrade); until then clients poll"))
	case err.Code == unknownSession && s.mint.foreign(q.Get("sid")):
		s.advisor.say(r.Context(), "session", "a request belongs to a session of another server",
			slog.String("remedy", "a load balancer in front of several servers must send all requests of a client to the same one "+
				"(nginx: hash $remote_addr consistent or ip_hash; HAProxy: balance source, or a cookie)"))
	}
}

func isUpgrade(r *http.Request) bool {
	return strings.EqualFold(r.Header.Get("Upgrade"), "websocket") || r.Method == http.MethodConnect
}
