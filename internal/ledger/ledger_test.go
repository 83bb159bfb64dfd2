package ledger_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/caucus-live/caucus/internal/ledger"
)

func TestCorruptError(t *testing.T) {
	for _, test := range []struct {
		err  ledger.CorruptError
		want string
	}{
		{ledger.CorruptError{Reason: "it is not a ledger"}, "ledger: it is not a ledger"},
		{ledger.CorruptError{Log: "A", Reason: "it is damaged"}, "ledger: log A: it is damaged"},
		{ledger.CorruptError{Log: "A", Sequence: 7, Reason: "it is missing"}, "ledger: log A, entry 7: it is missing"},
	} {
		if got := test.err.Error(); got != test.want {
			t.Errorf("%#v says %q, want %q", test.err, got, test.want)
		}
	}
}

func TestValidate(t *testing.T) {
	longest := strings.Repeat("i", ledger.MaxID)
	largest := make([]byte, ledger.MaxData)
	for _, test := range []struct {
		id   string
		data [][]byte
		want error
	}{
		{"A", [][]byte{nil}, nil},
		{longest, [][]byte{{}, largest}, nil},
		{"", [][]byte{{}}, ledger.ErrInvalid},
		{longest + "i", [][]byte{{}}, ledger.ErrInvalid},
		{"A", nil, ledger.ErrInvalid},
		{"A", [][]byte{{}, append(largest, 0)}, ledger.ErrInvalid},
	} {
		if err := ledger.Validate(test.id, test.data...); !errors.Is(err, test.want) {
			t.Errorf("Validate(%.3q, %d pieces) = %v, want %v", test.id, len(test.data), err, test.want)
		}
	}
}
