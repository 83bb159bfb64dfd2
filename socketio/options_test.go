package socketio_test

import (
	"context"
	"math"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/caucus-live/caucus/socketio"
	"github.com/caucus-live/caucus/socketio/engineio"
)

// TestOptionsAreValidated finds every number in the options by reflection, so that a
// new one cannot be forgotten.
func TestOptionsAreValidated(t *testing.T) {
	var paths [][]int
	var find func(typ reflect.Type, path []int)
	find = func(typ reflect.Type, path []int) {
		for f := range typ.Fields() {
			at := append(append([]int(nil), path...), f.Index...)
			switch f.Type.Kind() { //nolint:exhaustive // others cannot be negative
			case reflect.Int, reflect.Int64:
				paths = append(paths, at)
			case reflect.Struct:
				if f.Type == reflect.TypeFor[engineio.Options]() {
					find(f.Type, at)
				}
			}
		}
	}
	find(reflect.TypeFor[socketio.Options](), nil)
	if len(paths) < 10 {
		t.Fatalf("%d numbers", len(paths))
	}
	for _, path := range paths {
		var opts socketio.Options
		v := reflect.ValueOf(&opts).Elem()
		v.FieldByIndex(path).SetInt(-1)
		name := v.Type().FieldByIndex(path).Name
		if _, err := socketio.NewServer(&opts); err == nil || !strings.Contains(err.Error(), name) {
			t.Errorf("%s = -1: %v", name, err)
		}
	}
	for name, opts := range map[string]*socketio.Options{
		"Parser":                    {Parser: 9},
		"Recovery.MaxDisconnection": {Recovery: &socketio.Recovery{MaxDisconnection: -time.Second}},
		"Recovery.MaxBytes":         {Recovery: &socketio.Recovery{MaxBytes: -1}},
		"Recovery.MaxSessions":      {Recovery: &socketio.Recovery{MaxSessions: -1}},
		"Engine.Transports":         {Engine: engineio.Options{Transports: []string{"pigeon"}}},
	} {
		if _, err := socketio.NewServer(opts); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}

func TestOptionsAreCopied(t *testing.T) {
	opts := &socketio.Options{Recovery: new(socketio.Recovery)}
	srv, err := socketio.NewServer(opts)
	if err != nil {
		t.Fatal(err)
	}
	if err := srv.Shutdown(t.Context()); err != nil {
		t.Error(err)
	}
	if !reflect.DeepEqual(opts, &socketio.Options{Recovery: new(socketio.Recovery)}) {
		t.Errorf("changed: %+v", opts)
	}
}

// The largest number stands for no limit, wherever it is computed with.
func TestLargestOptions(t *testing.T) {
	opts := socketio.Options{Recovery: new(socketio.Recovery), Engine: engineio.Options{MaxPayload: math.MaxInt}}
	for _, v := range []reflect.Value{reflect.ValueOf(&opts).Elem(), reflect.ValueOf(opts.Recovery).Elem()} {
		for _, value := range v.Fields() {
			if kind := value.Kind(); kind == reflect.Int || kind == reflect.Int64 {
				value.SetInt(1<<(value.Type().Bits()-1) - 1)
			}
		}
	}
	bubble(t, &opts, func(w *world) {
		w.io.Of("/").On("echo", func(_ context.Context, _ *socketio.Socket, r socketio.Request) (any, error) { return r.Args, nil })
		c, _ := w.in("/")
		c.send(`21["echo","x"]`)
		c.want(`31["x"]`)
	})
}
