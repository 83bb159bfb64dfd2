package sioclient_test

import (
	"context"
	"io"
	"math"
	"net/http"
	"reflect"
	"slices"
	"testing"
	"time"

	"github.com/caucus-live/caucus/socketio"
	"github.com/caucus-live/caucus/socketio/sioclient"
)

func TestOptionsAreValidated(t *testing.T) {
	free := []string{"HTTPClient", "Header", "Auth", "AuthFunc", "DisableReconnection", "Logger"} // any value will do
	bad := map[string]sioclient.Options{
		"Transports":        {Transports: []string{"carrier-pigeon"}},
		"DialStream":        {Transports: []string{"webtransport"}},
		"Timeout":           {Timeout: -1},
		"CallTimeout":       {CallTimeout: -1},
		"ReconnectAttempts": {ReconnectAttempts: -1},
		"ReconnectDelay":    {ReconnectDelay: -1},
		"MaxReconnectDelay": {MaxReconnectDelay: -1},
		"ReconnectJitter":   {ReconnectJitter: math.NaN()},
		"MaxBuffer":         {MaxBuffer: -1},
		"MaxPending":        {MaxPending: -1},
		"MaxMessage":        {MaxMessage: -1},
		"MaxAttachments":    {MaxAttachments: -1},
		"Parser":            {Parser: socketio.MessagePack + 1},
	}
	for field := range reflect.TypeFor[sioclient.Options]().Fields() {
		if _, ok := bad[field.Name]; !ok && !slices.Contains(free, field.Name) {
			t.Errorf("%s is not validated", field.Name)
		}
	}
	bad["a large jitter"] = sioclient.Options{ReconnectJitter: 1.5}
	bad["a transport twice"] = sioclient.Options{Transports: []string{"polling", "polling"}}
	bad["a dialer for nothing"] = sioclient.Options{DialStream: dialNothing}
	bad["auth that is not an object"] = sioclient.Options{Auth: 7}
	bad["auth that does not encode"] = sioclient.Options{Auth: func() {}}
	for name, o := range bad {
		if _, err := sioclient.New("http://localhost", &o); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}

func dialNothing(context.Context, string, http.Header) (io.ReadWriteCloser, error) {
	return nil, io.EOF
}

func TestAddresses(t *testing.T) {
	for address, ok := range map[string]bool{
		"http://localhost:3000": true, "wss://example.com/engine/?x=y": true,
		"ftp://localhost": false, "localhost:3000": false, "http://": false, "http://[": false, "": false,
	} {
		if _, err := sioclient.New(address, nil); (err == nil) != ok {
			t.Errorf("%s: %v", address, err)
		}
	}
}

// A delay above the default of the longest one is not cut.
func TestLongDelay(t *testing.T) {
	bubble(t, nil, func(w *world) {
		w.opts.ReconnectDelay = time.Minute
		w.opts.ReconnectJitter = -1
		w.in("/")
		w.setDown(true)
		w.cut()
		pass(150 * time.Second)
		if got := w.dialled(); !slices.Equal(got, []time.Duration{time.Minute, 2 * time.Minute}) {
			t.Errorf("attempts at %v", got)
		}
	})
}

// The largest number stands for no limit, wherever it is computed with.
func TestLargestOptions(t *testing.T) {
	everywhere(t, nil, func(w *world) {
		addHandlers(w.io.Of("/"))
		for _, value := range reflect.ValueOf(&w.opts).Elem().Fields() {
			if kind := value.Kind(); kind == reflect.Int || kind == reflect.Int64 {
				value.SetInt(1<<(value.Type().Bits()-1) - 1)
			}
		}
		w.opts.ReconnectDelay = time.Second
		s := w.in("/")
		_, err := echo.Do(w.Context(), s, blob{})
		w.try(err)
		w.cut()
		pass(10 * time.Second)
		if _, err := echo.Do(w.Context(), s, blob{}); err != nil {
			t.Error(err)
		}
	})
}
