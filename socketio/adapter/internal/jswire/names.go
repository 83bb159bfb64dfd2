package jswire

import (
	"context"
	"slices"
	"strings"

	"github.com/caucus-live/caucus/socketio"
)

// On the wire a server of this package is "go." and its name. To package socketio a JavaScript
// server is "#" and its uid: a name of one that does not sign its answers.
const (
	goServer = "go."
	jsServer = "#"
)

// UID returns what a server is called on the wire.
func UID(name string) string {
	if js, ok := strings.CutPrefix(name, jsServer); ok {
		return js
	}
	return goServer + name
}

// NameOf is the inverse of UID.
func NameOf(uid string) string {
	if name, ok := strings.CutPrefix(uid, goServer); ok {
		return name
	}
	return jsServer + uid
}

// IsJS reports whether the server of a name is one in JavaScript.
func IsJS(name string) bool { return strings.HasPrefix(name, jsServer) }

// UIDs returns what the servers are called that listen to a channel of their own in a namespace:
// the prefix, the uid and "#". Channels of namespaces whose names have a "#" may look like these.
func UIDs(channels []string, prefix string) (uids []string) {
	for _, channel := range channels {
		uid, ok := strings.CutPrefix(channel, prefix)
		if uid = strings.TrimSuffix(uid, "#"); ok && uid != "" && !strings.Contains(uid, "#") {
			uids = append(uids, uid)
		}
	}
	return uids
}

// Absent returns who is in all but not there. JavaScript servers, which have another name in
// each namespace, are counted.
func Absent(all, there []string) (names []string) {
	js := 0
	for _, name := range there {
		if IsJS(name) {
			js++
		}
	}
	for _, name := range all {
		switch {
		case !IsJS(name):
			if !slices.Contains(there, name) {
				names = append(names, name)
			}
		case js > 0:
			js--
		default:
			names = append(names, name)
		}
	}
	return names
}

// AnswerForAbsent answers a request on behalf of the servers that do not have its namespace
// and hence do not get it: they have no sockets there. servers returns the names of the other
// servers that have a namespace.
func AnswerForAbsent(ctx context.Context, node socketio.Node, m *socketio.Message, servers func(ctx context.Context, namespace string) ([]string, error)) error {
	all, err := servers(ctx, "/") // which all have
	if err != nil {
		return err
	}
	there, err := servers(ctx, m.Namespace)
	if err != nil {
		return err
	}
	answer := socketio.Message{Kind: socketio.MessageCount, To: node.Name, Namespace: m.Namespace, ID: m.ID}
	if m.Kind == socketio.MessageFetch {
		answer.Kind = socketio.MessageSockets
	}
	for _, name := range Absent(all, there) {
		if answer.From = name; IsJS(name) {
			answer.From = "" // as all its answers
		}
		node.Deliver(answer)
	}
	return nil
}
