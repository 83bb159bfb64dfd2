// Package bridge gives package sioclient what package socketio keeps from everyone else:
// both encode the same arguments.
package bridge

import "encoding/json"

// Functions are those that cross the bridge. Arguments of type any are socketio.Args.
type Functions struct {
	// Encode encodes values as a JSON array, in which bytes are references to
	// attachments.
	Encode func(values ...any) (array json.RawMessage, attachments [][]byte, err error)

	// Decode takes a JSON array apart. It refuses what is not valid JSON and
	// references without an attachment of their own. The result shares memory with
	// array and attachments.
	Decode func(array json.RawMessage, attachments [][]byte) (args any, err error)

	// AnsweredError returns the *socketio.Error that an acknowledgement is the form
	// of, or nil.
	AnsweredError func(args any) error
}

// Socketio is set while package socketio is initialized, and not changed afterwards.
var Socketio Functions

// Install sets Socketio. It returns something, so that a variable can call it.
func Install(f Functions) struct{} {
	Socketio = f
	return struct{}{}
}
