// Package shop declares and uses events with a payload of every kind, for the tests of
// tsgen.
package shop

import (
	"context"
	"encoding/json"
	"math/big"
	"net/netip"
	"time"

	"github.com/caucus-live/caucus/socketio"
	"github.com/caucus-live/caucus/socketio/tsgen/internal/shop/stock"
)

// Events whose direction is seen from their uses.
const (
	Say    socketio.Event[string]             = "say" // to everybody
	Buy    socketio.Call[Order, Receipt]      = "buy"
	Ping   socketio.Signal                    = "ping"
	Move   socketio.Event[Position]           = "move"
	Upload socketio.Call[Photo, int]          = "upload"
	Seen   socketio.Event[[]byte]             = "seen"
	Find   socketio.Call[Query, Page[Item]]   = "find"
	Ready  socketio.Call[socketio.None, bool] = "ready"
)

// Cancelled says that an order is void.
const Cancelled socketio.Event[*Order] = "order-cancelled"

// Events that are only passed on.
//
//tsgen:client
const (
	Any     socketio.Event[socketio.Args]               = "any"
	Reset   socketio.Call[socketio.None, socketio.None] = "reset"
	Measure socketio.Call[Span, Span]                   = "measure"
)

// Internal is not of the contract.
//
//tsgen:ignore
const Internal socketio.Event[chan int] = "internal"

type (
	// An Order is what a customer
	// wants. */ It ends here.
	Order struct {
		Base
		*Extra
		Item     Item               `json:"item"`
		Colour   Colour             `json:"colour,omitempty"`
		Size     Size               `json:"size"` // from 0
		Flags    Flags              `json:"flags"`
		Note     *string            `json:"note"` // perhaps
		Gift     *bool              `json:"gift,omitempty"`
		At       time.Time          `json:"at,omitzero"`
		Within   time.Duration      `json:"within"`
		Price    Cents              `json:"price"`
		Total    *big.Int           `json:"total,omitempty"`
		From     netip.Addr         `json:"from"`
		Raw      json.RawMessage    `json:"raw"`
		Stock    map[Colour]int     `json:"stock"`
		ByID     map[int64]*Item    `json:"by-id"`
		Tags     []string           `json:"tags"`
		Grid     [2][]float64       `json:"grid"`
		Number   uint64             `json:"number,string"`
		Inline   struct{ X, Y int } `json:"inline"`
		Anything any                `json:"anything"`
		Level    stock.Level        `json:"level"`
		Parent   *Order             `json:"parent,omitempty"`
		Shadow   int                `json:"shadow"` // hides the one of Base
		Skipped  func()             `json:"-"`
		Dash     int                `json:"-,"` //nolint:staticcheck // a property can have this name
		Untagged bool
		hidden   int
	}

	// Base is embedded.
	Base struct {
		ID     string `json:"id"` // of the order
		Shadow string `json:"shadow"`
	}
	// Extra is embedded by pointer.
	Extra struct {
		Extra bool `json:"extra"`
	}

	// An Item is for sale.
	Item struct {
		Name string `json:"name"`
		//tsgen:notnull
		Maker *string `json:"maker"`
	}

	// A Receipt acknowledges an Order.
	Receipt struct {
		Number int `json:"number"`
	}

	// A Position is three arguments and more.
	Position struct {
		socketio.Tuple
		X, Y   int
		Speed  *string
		Others socketio.Args
	}
	// A Span is two arguments.
	Span struct {
		socketio.Tuple
		From, To int
	}

	// A Photo is binary.
	Photo struct {
		Data  socketio.Binary `json:"data"`
		Thumb []byte          `json:"thumb,omitempty"`
	}

	// A Page is generic.
	Page[T any] struct {
		Items []T    `json:"items"`
		Next  string `json:"next,omitempty"`
	}
	// A Query is a text.
	Query string

	// Body is of a REST route.
	Body struct {
		Names []Name `json:"names"`
	}
	// A Name is an alias.
	Name = string
)

// A Colour is an enumeration of texts.
type Colour string

// The colours.
const (
	Red   Colour = "red"
	Green Colour = "green"
	None  Colour = ""
	Blue  Colour = "a \"blue\""
)

// A Size counts from 0.
type Size int

// The sizes.
const (
	Small Size = iota
	Large
)

// Flags are not an enumeration.
type Flags uint8

// Some flags.
const (
	Urgent Flags = 1 << iota
	Fragile
	Heavy
)

// Cents marshal themselves.
//
//tsgen:type number
type Cents struct{ cents int64 }

// MarshalJSON implements [json.Marshaler].
func (c Cents) MarshalJSON() ([]byte, error) { return json.Marshal(c.cents) }

// Register uses the events.
func Register(ns *socketio.Namespace) {
	Say.On(ns, func(ctx context.Context, s *socketio.Socket, text string) error {
		return Say.Emit(ctx, s.Namespace(), text)
	})
	Buy.On(ns, func(context.Context, *socketio.Socket, Order) (Receipt, error) { return Receipt{}, nil })
	Ping.On(ns, func(ctx context.Context, s *socketio.Socket) error {
		_, err := Ready.Do(ctx, s, socketio.None{})
		return err
	})
	Move.On(ns, func(ctx context.Context, s *socketio.Socket, p Position) error {
		return Seen.Emit(ctx, ns.To("all").Except(s.ID()), nil)
	})
	Upload.On(ns, func(ctx context.Context, s *socketio.Socket, p Photo) (int, error) {
		return len(p.Data), Cancelled.Emit(ctx, s, &Order{hidden: 1})
	})
	Find.On(ns, func(context.Context, *socketio.Socket, Query) (Page[Item], error) { return Page[Item]{}, nil })
}
