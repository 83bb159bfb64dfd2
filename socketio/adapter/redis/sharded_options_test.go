package redisadapter

import (
	"reflect"
	"testing"
)

// Every option has a default.
func TestShardedOptionsHaveDefaults(t *testing.T) {
	o, err := (*ShardedOptions)(nil).withDefaults()
	if err != nil {
		t.Fatal(err)
	}
	v := reflect.ValueOf(o)
	for field, value := range v.Fields() {
		if value.IsZero() {
			t.Errorf("%s has none", field.Name)
		}
	}
}

// Channels by which servers show their names are in the slot of the public one, and are nobody else's.
func TestPresence(t *testing.T) {
	for prefix, want := range map[string]string{
		"socket.io": "{socket.io#/ns#}-server#socket.io#/ns#",
		"{a}b":      "{a}-server#{a}b#/ns#",
		"{}a":       "{{}a#/ns#}-server#{}a#/ns#",
		"a{b":       "{a{b#/ns#}-server#a{b#/ns#",
	} {
		o := ShardedOptions{ChannelPrefix: prefix}
		if got := o.presence("/ns"); got != want {
			t.Errorf("presence of %q is %q, want %q", prefix, got, want)
		}
	}
	if a, b := (&ShardedOptions{ChannelPrefix: "{a}b"}), (&ShardedOptions{ChannelPrefix: "{a}c"}); a.presence("/") == b.presence("/") {
		t.Error("two prefixes with one tag share channels")
	}
}
