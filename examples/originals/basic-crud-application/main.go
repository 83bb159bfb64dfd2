// Command basic-crud-application keeps a list of things to do, and tells everybody what others
// change in it.
package main

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"fmt"
	"slices"
	"sync"

	"github.com/caucus-live/caucus/examples/originals"
	"github.com/caucus-live/caucus/socketio"
)

// A Todo is something to do.
type Todo struct {
	ID        string `json:"id"`
	Title     string `json:"title"`
	Completed bool   `json:"completed"`
}

// A Response answers the page: with data, or with what is wrong.
type Response struct {
	Data    any      `json:"data,omitempty"`
	Error   string   `json:"error,omitempty"`
	Details []Detail `json:"errorDetails,omitempty"`
}

var notFound = Response{Error: "entity not found"}

// What the page and the server tell each other. The page wants nothing in answer to a
// change that has been made, hence any.
const (
	List   socketio.Call[socketio.None, Response]   = "todo:list"
	Read   socketio.Call[json.RawMessage, Response] = "todo:read"
	Create socketio.Call[json.RawMessage, Response] = "todo:create"
	Update socketio.Call[json.RawMessage, any]      = "todo:update"
	Delete socketio.Call[json.RawMessage, any]      = "todo:delete"

	Created socketio.Event[Todo]   = "todo:created"
	Updated socketio.Event[Todo]   = "todo:updated"
	Deleted socketio.Event[string] = "todo:deleted"
)

func main() { originals.Main(newServer, "http://localhost:4200", "http://localhost:8080") }

func newServer(opts *socketio.Options) (*socketio.Server, error) {
	io, err := socketio.NewServer(opts)
	if err != nil {
		return nil, err
	}
	ns, l := io.Of("/"), new(list)
	List.On(ns, l.list)
	Read.On(ns, l.read)
	Create.On(ns, l.create)
	Update.On(ns, l.update)
	Delete.On(ns, l.remove)
	return io, nil
}

// A list is what there is to do, in the order in which it was added.
type list struct {
	mu    sync.Mutex // also held while others are told, so that they see changes in order
	todos []Todo
}

// find returns -1 if payload is not the id of a todo.
func (l *list) find(payload json.RawMessage) int {
	var id string
	if json.Unmarshal(payload, &id) != nil {
		return -1
	}
	return slices.IndexFunc(l.todos, func(t Todo) bool { return t.ID == id })
}

func (l *list) list(context.Context, *socketio.Socket, socketio.None) (Response, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return Response{Data: append([]Todo{}, l.todos...)}, nil
}

func (l *list) read(_ context.Context, _ *socketio.Socket, id json.RawMessage) (Response, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	i := l.find(id)
	if i < 0 {
		return notFound, nil
	}
	return Response{Data: l.todos[i]}, nil
}

func (l *list) create(ctx context.Context, s *socketio.Socket, payload json.RawMessage) (Response, error) {
	todo, wrong := parse(payload, forCreation)
	if wrong != nil {
		return invalid(wrong), nil
	}
	todo.ID = newID()
	l.mu.Lock()
	defer l.mu.Unlock()
	l.todos = append(l.todos, todo)
	return Response{Data: todo.ID}, Created.Emit(ctx, s.Others(), todo)
}

// update also adds what another server, or an earlier run, has made.
func (l *list) update(ctx context.Context, s *socketio.Socket, payload json.RawMessage) (any, error) {
	todo, wrong := parse(payload, forUpdate)
	if wrong != nil {
		return invalid(wrong), nil
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if i := slices.IndexFunc(l.todos, func(t Todo) bool { return t.ID == todo.ID }); i >= 0 {
		l.todos[i] = todo
	} else {
		l.todos = append(l.todos, todo)
	}
	return nil, Updated.Emit(ctx, s.Others(), todo)
}

func (l *list) remove(ctx context.Context, s *socketio.Socket, id json.RawMessage) (any, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	i := l.find(id)
	if i < 0 {
		return notFound, nil
	}
	gone := l.todos[i].ID
	l.todos = slices.Delete(l.todos, i, i+1)
	return nil, Deleted.Emit(ctx, s.Others(), gone)
}

func invalid(details []Detail) Response { return Response{Error: "invalid payload", Details: details} }

// newID returns a random UUID (RFC 9562, version 4).
func newID() string {
	var b [16]byte
	_, _ = rand.Read(b[:]) // never fails
	b[6], b[8] = b[6]&0x0f|0x40, b[8]&0x3f|0x80
	return fmt.Sprintf("%x-%x-%x-%x-%x", b[:4], b[4:6], b[6:8], b[8:10], b[10:])
}
