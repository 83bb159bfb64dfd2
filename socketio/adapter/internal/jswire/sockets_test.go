package jswire

import (
	"encoding/json"
	"testing"
)

// TestHandshakesOfJavaScript decodes what JavaScript servers have in a handshake beside strings.
func TestHandshakesOfJavaScript(t *testing.T) {
	const text = `[{"id":"x","handshake":{"headers":{"set-cookie":["a","b"],"host":"h"},"time":"Fri Nov 27 2026",
		"address":"::1","xdomain":false,"secure":true,"issued":5,"url":"/socket.io/?a=1&a=2&b=",
		"query":{"a":["1","2"],"b":""},"auth":{"token":{"deep":[1]}}},"rooms":["x",7],"data":null}]`
	var all []RemoteSocket
	if err := json.Unmarshal([]byte(text), &all); err != nil {
		t.Fatal(err)
	}
	info := InfosOf(all)[0]
	if len(info.Rooms) != 1 || info.Rooms[0] != "7" || info.RemoteAddr != "::1" || !info.Secure || info.Data != nil {
		t.Errorf("a socket is %+v", info)
	}
	if got := info.Header["Set-Cookie"]; len(got) != 2 || info.Header.Get("Host") != "h" {
		t.Errorf("the header is %q", info.Header)
	}
}
