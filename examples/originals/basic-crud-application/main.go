// Command basic-crud-application keeps a list of things to do that everybody may change.
package main

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"sync"

	"github.com/caucus-live/caucus/examples/originals"
	"github.com/caucus-live/caucus/examples/originals/joi"
	"github.com/caucus-live/caucus/socketio"
)

// A Todo is something to do.
type Todo struct {
	ID        string `json:"id"`
	Title     string `json:"title"`
	Completed bool   `json:"completed"`
}

// An Answer is what the page asked for.
type Answer[T any] struct {
	Data T `json:"data"`
}

// A Refusal answers instead, in the form that the page expects.
type Refusal struct {
	Message string       `json:"error"`
	Details []joi.Detail `json:"errorDetails,omitempty"`
}

func (r *Refusal) Error() string { return r.Message }

var errNotFound = &Refusal{Message: "entity not found"}

// What the page and the server tell each other. The page may send anything, and hears from
// package joi what is wrong with it.
const (
	List   socketio.Call[socketio.None, Answer[[]Todo]] = "todo:list"
	Read   socketio.Call[any, Answer[Todo]]             = "todo:read"
	Create socketio.Call[any, Answer[string]]           = "todo:create"
	Update socketio.Call[any, socketio.None]            = "todo:update"
	Delete socketio.Call[any, socketio.None]            = "todo:delete"

	Created socketio.Event[Todo]   = "todo:created"
	Updated socketio.Event[Todo]   = "todo:updated"
	Deleted socketio.Event[string] = "todo:deleted"
)

func main() { originals.Main(register, "http://localhost:4200", "http://localhost:8080") }

func register(ns *socketio.Namespace) {
	l := new(list)
	ns.Intercept(l.handle)
	List.On(ns, l.list)
	Read.On(ns, l.read)
	Create.On(ns, l.create)
	Update.On(ns, l.update)
	Delete.On(ns, l.remove)
}

// A list is what there is to do, in the order in which it was added.
type list struct {
	mu    sync.Mutex // held while a handler runs: see handle
	todos []Todo
}

// handle runs one handler at a time, so that everybody hears of changes in the same order,
// and makes a Refusal the answer, which the library would send in a form of its own.
func (l *list) handle(next socketio.Handler) socketio.Handler {
	return func(ctx context.Context, s *socketio.Socket, r socketio.Request) (any, error) {
		l.mu.Lock()
		defer l.mu.Unlock()
		answer, err := next(ctx, s, r)
		if refusal, ok := errors.AsType[*Refusal](err); ok {
			return refusal, nil
		}
		return answer, err
	}
}

// index returns -1 if no todo has the id.
func (l *list) index(id any) int {
	return slices.IndexFunc(l.todos, func(t Todo) bool { return t.ID == id })
}

func (l *list) list(context.Context, *socketio.Socket, socketio.None) (Answer[[]Todo], error) {
	return Answer[[]Todo]{append([]Todo{}, l.todos...)}, nil // encoded when the list may change
}

func (l *list) read(_ context.Context, _ *socketio.Socket, id any) (Answer[Todo], error) {
	if i := l.index(id); i >= 0 {
		return Answer[Todo]{l.todos[i]}, nil
	}
	return Answer[Todo]{}, errNotFound
}

func (l *list) create(ctx context.Context, s *socketio.Socket, payload any) (Answer[string], error) {
	fields := joi.Read(payload)
	fields.Forbid("id")
	todo, err := newTodo(newID(), fields)
	if err != nil {
		return Answer[string]{}, err
	}
	l.todos = append(l.todos, todo)
	return Answer[string]{todo.ID}, Created.Emit(ctx, s.Others(), todo)
}

// update also adds what an earlier run of the server has made.
func (l *list) update(ctx context.Context, s *socketio.Socket, payload any) (none socketio.None, err error) {
	fields := joi.Read(payload)
	todo, err := newTodo(fields.UUID("id"), fields)
	if err != nil {
		return none, err
	}
	if i := l.index(todo.ID); i >= 0 {
		l.todos[i] = todo
	} else {
		l.todos = append(l.todos, todo)
	}
	return none, Updated.Emit(ctx, s.Others(), todo)
}

func (l *list) remove(ctx context.Context, s *socketio.Socket, id any) (none socketio.None, err error) {
	i := l.index(id)
	if i < 0 {
		return none, errNotFound
	}
	gone := l.todos[i].ID
	l.todos = slices.Delete(l.todos, i, i+1)
	return none, Deleted.Emit(ctx, s.Others(), gone)
}

func newTodo(id string, fields *joi.Object) (Todo, error) {
	todo := Todo{id, fields.String("title", 256), fields.Bool("completed")}
	if wrong := fields.Details(); len(wrong) > 0 {
		return Todo{}, &Refusal{"invalid payload", wrong}
	}
	return todo, nil
}

// newID returns a random UUID of version 4, which the page sends back with each update.
func newID() string {
	n := func(bits int) uint64 { return rand.Uint64N(1 << bits) }
	return fmt.Sprintf("%08x-%04x-4%03x-8%03x-%012x", n(32), n(16), n(12), n(12), n(48))
}
