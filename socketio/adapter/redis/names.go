package redisadapter

import (
	"context"
	"fmt"
	"slices"
	"strings"
)

// On the wire a server of this package is "go." and its name. To package socketio a JavaScript
// server is "#" and its uid: a name of one that does not sign its answers.
const (
	goServer = "go."
	jsServer = "#"
)

// uid returns what a server is called on the wire.
func uid(name string) string {
	if js, ok := strings.CutPrefix(name, jsServer); ok {
		return js
	}
	return goServer + name
}

// nameOf is the inverse of uid.
func nameOf(uid string) string {
	if name, ok := strings.CutPrefix(uid, goServer); ok {
		return name
	}
	return jsServer + uid
}

func isJS(name string) bool { return strings.HasPrefix(name, jsServer) }

// servers returns the names of the other servers that have a namespace: each is subscribed to
// a channel for answers to its own requests.
func (a *Adapter) servers(ctx context.Context, ns string) ([]string, error) {
	prefix := a.codec.opts.responses(ns)
	channels, err := a.client.PubSubChannels(ctx, literal.Replace(prefix)+"?*#").Result()
	if err != nil {
		return nil, fmt.Errorf("redisadapter: servers: %w", err)
	}
	var names []string
	for _, channel := range channels {
		if uid := channel[len(prefix) : len(channel)-1]; uid != a.codec.uid {
			names = append(names, nameOf(uid))
		}
	}
	return names, nil
}

// absent returns who is in all but not there. JavaScript servers, which have another name in
// each namespace, are counted.
func absent(all, there []string) (names []string) {
	js := 0
	for _, name := range there {
		if isJS(name) {
			js++
		}
	}
	for _, name := range all {
		switch {
		case !isJS(name):
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
