package redisadapter

import (
	"cmp"
	"strings"
)

// Options of an [Adapter]. The zero value has the defaults, which are those of the JavaScript
// package.
type Options struct {
	// Key is how the names of all channels begin, "socket.io" if empty. Servers with
	// different keys are different clusters.
	Key string
}

// withDefaults returns the options with defaults for what is zero.
func (o *Options) withDefaults() Options {
	var full Options
	if o != nil {
		full = *o
	}
	full.Key = cmp.Or(full.Key, "socket.io")
	return full
}

func (o *Options) broadcasts(ns string) string { return o.Key + "#" + ns + "#" }
func (o *Options) requests(ns string) string   { return o.Key + "-request#" + ns + "#" }
func (o *Options) responses(ns string) string  { return o.Key + "-response#" + ns + "#" }

// literal escapes the special characters of Redis's patterns.
var literal = strings.NewReplacer(`\`, `\\`, `*`, `\*`, `?`, `\?`, `[`, `\[`, `]`, `\]`)
