package httpd

import (
	"encoding/json"
	"errors"
	"io"
	"mime"
	"net/http"
	"reflect"
	"strings"

	"github.com/caucus-live/caucus/internal/poll"
)

// maxBody bounds the body of a request, in bytes: a creation with 200 options that have
// notes and links.
const maxBody = 128 << 10

// decodeBody reads the JSON object that a request carries. Fields that T does
// not have are ignored.
func decodeBody[T any](r *http.Request) (T, error) {
	var v T
	kind, _, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if err != nil || kind != "application/json" {
		return v, refuse(http.StatusUnsupportedMediaType, wrongContentType.Refuse())
	}
	data, err := io.ReadAll(io.LimitReader(r.Body, maxBody+1))
	if err != nil {
		return v, refuse(http.StatusBadRequest, shortBody.Refuse())
	}
	if len(data) > maxBody {
		// Read on for as much again: a client that is cut off while it writes may never see the answer.
		_, _ = io.CopyN(io.Discard, r.Body, maxBody)
		return v, refuse(http.StatusRequestEntityTooLarge, largeBody.Refuse(maxBody>>10))
	}
	return decode[T](data)
}

// decode reads a JSON object. It returns a *poll.Error whose message says what
// is wrong in the words of the contract. A null is an empty object.
func decode[T any](data []byte) (T, error) {
	var v T
	if err := json.Unmarshal(data, &v); err != nil {
		return v, mismatch(reflect.TypeFor[T](), err)
	}
	return v, nil
}

// mismatch says what is wrong with JSON that does not decode to a struct: which of its
// fields must be what.
func mismatch(t reflect.Type, err error) *poll.Error {
	wrong, ok := errors.AsType[*json.UnmarshalTypeError](err)
	if !ok {
		return notJSON.Refuse()
	}
	for f := range t.Fields() {
		if tag, _, _ := strings.Cut(f.Tag.Get("json"), ","); tag == wrong.Field {
			return wrongType.Refuse(wrong.Field, describe(f.Type))
		}
	}
	return notAnObject.Refuse()
}

func describe(t reflect.Type) string {
	switch t.Kind() { //nolint:exhaustive // the contract has no others
	case reflect.Pointer:
		return describe(t.Elem())
	case reflect.Bool:
		return "true or false"
	case reflect.Int:
		return "a whole number"
	case reflect.Float64:
		return "a number"
	case reflect.Slice:
		if t.Elem().Kind() == reflect.Struct {
			return "a list of objects"
		}
		return "a list of texts"
	default:
		return "a text"
	}
}
