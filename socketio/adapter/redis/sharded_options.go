package redisadapter

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// A SubscriptionMode says which rooms have a channel of their own. A server subscribes to the
// channels of the rooms that its sockets are in, and gets nothing of others. All other messages go
// to every server.
type SubscriptionMode string

// The modes, as in JavaScript.
const (
	Static         SubscriptionMode = "static"          // no room
	Dynamic        SubscriptionMode = "dynamic"         // each room, except the rooms named by a socket's id
	DynamicPrivate SubscriptionMode = "dynamic-private" // each room, and each socket's id
)

// ShardedOptions are the options of a [ShardedAdapter]. The zero value has the defaults, which are
// those of the JavaScript package. All servers of a cluster must have the same.
type ShardedOptions struct {
	// ChannelPrefix is how the names of all channels begin, "socket.io" if empty. Servers with
	// different prefixes are different clusters.
	ChannelPrefix string

	// SubscriptionMode is Dynamic if empty.
	SubscriptionMode SubscriptionMode
}

// withDefaults returns the options with defaults for what is zero, or an error.
func (o *ShardedOptions) withDefaults() (ShardedOptions, error) {
	var full ShardedOptions
	if o != nil {
		full = *o
	}
	full.ChannelPrefix = cmp.Or(full.ChannelPrefix, "socket.io")
	full.SubscriptionMode = cmp.Or(full.SubscriptionMode, Dynamic)
	if !slices.Contains([]SubscriptionMode{Static, Dynamic, DynamicPrivate}, full.SubscriptionMode) {
		return full, fmt.Errorf("redisadapter: SubscriptionMode is %q", full.SubscriptionMode)
	}
	return full, nil
}

// public is the channel that all servers with a namespace are subscribed to.
func (o *ShardedOptions) public(ns string) string { return o.ChannelPrefix + "#" + ns + "#" }

// own is the channel of a room, and of answers to a server.
func (o *ShardedOptions) own(ns, name string) string { return o.public(ns) + name + "#" }

// presence is how the channels begin by which servers of this package show their names. No room
// can have such a channel. They are in the slot of the public one, where names allow it.
func (o *ShardedOptions) presence(ns string) string {
	public := o.public(ns)
	return "{" + hashTag(public) + "}-server#" + public
}

// hashTag returns the part of a channel's name that decides about its slot.
func hashTag(channel string) string {
	if _, behind, ok := strings.Cut(channel, "{"); ok {
		if tag, _, ok := strings.Cut(behind, "}"); ok && tag != "" {
			return tag
		}
	}
	return channel
}
