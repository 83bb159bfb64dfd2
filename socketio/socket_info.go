package socketio

import (
	"encoding/json"
	"maps"
	"net/http"
	"time"
)

// A SocketInfo describes a socket of any server of the cluster. To act on it, use a
// target: ns.To(info.ID).
type SocketInfo struct {
	ID    string
	Rooms []string                   // those it has joined, without the one named by its id
	Data  map[string]json.RawMessage // see Data.Of

	// The request that opened its connection.
	Connected  time.Time   // when that was
	RemoteAddr string      // see http.Request
	URL        string      // as in http.Request, with its query
	Header     http.Header // without cookies and credentials, which other servers have no use for
	Secure     bool        // see Handshake.Secure
}

// describe describes the sockets on this server.
func (t Target) describe() ([]SocketInfo, error) {
	var infos []SocketInfo
	for s := range t.Sockets() {
		data, err := encodeData(s.allData())
		if err != nil {
			return infos, err
		}
		infos = append(infos, SocketInfo{
			ID: s.id, Rooms: s.Rooms(), Data: data,
			Connected: s.handshake.Time, RemoteAddr: s.handshake.RemoteAddr, URL: s.handshake.URL.String(),
			Header: withoutSecrets(s.handshake.Header), Secure: s.handshake.Secure(),
		})
	}
	return infos, nil
}

// withoutSecrets returns header fields without those that authenticate the client.
func withoutSecrets(header http.Header) http.Header {
	public := maps.Clone(header)
	maps.DeleteFunc(public, func(name string, _ []string) bool {
		return name == "Authorization" || name == "Cookie" || name == "Proxy-Authorization"
	})
	return public
}
