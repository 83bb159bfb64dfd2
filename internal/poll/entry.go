package poll

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"reflect"
	"strings"
	"time"
)

// A record is an Entry as it is stored: one line of JSON, such as
//
//	{"t":1767225600000,"u":"ANNA4","c":"7f3a","cast":{"r":["N1","N7","N4"],"p":"R5XKQ"}}
//
// Exactly one command is set. Nothing in it is optional knowledge: a reader that does
// not know a field must not go on.
type record struct {
	recordHead

	Create            *Create            `json:"create,omitempty"`
	Join              *Join              `json:"join,omitempty"`
	Leave             *Leave             `json:"leave,omitempty"`
	Nominate          *Nominate          `json:"nominate,omitempty"`
	RemoveNomination  *RemoveNomination  `json:"remove_nomination,omitempty"`
	RemoveParticipant *RemoveParticipant `json:"remove_participant,omitempty"`
	StartVote         *StartVote         `json:"start_vote,omitempty"`
	Cast              *Cast              `json:"cast,omitempty"`
	Close             *Close             `json:"close,omitempty"`
	RevealResult      *RevealResult      `json:"reveal_result,omitempty"`
	PlayResult        *PlayResult        `json:"play_result,omitempty"`
	RunAgain          *RunAgain          `json:"run_again,omitempty"`
	Extend            *Extend            `json:"extend,omitempty"`
	Cancel            *Cancel            `json:"cancel,omitempty"`
	MakeAdmin         *MakeAdmin         `json:"make_admin,omitempty"`

	ApproveNominations *ApproveNominations `json:"approve_nominations,omitempty"`
	EditNomination     *EditNomination     `json:"edit_nomination,omitempty"`
	MergeNominations   *MergeNominations   `json:"merge_nominations,omitempty"`
	UnmergeNomination  *UnmergeNomination  `json:"unmerge_nomination,omitempty"`
	OrderNominations   *OrderNominations   `json:"order_nominations,omitempty"`
	LockNominations    *LockNominations    `json:"lock_nominations,omitempty"`
	EditPoll           *EditPoll           `json:"edit_poll,omitempty"`
	Spectate           *Spectate           `json:"spectate,omitempty"`
	LockRoom           *LockRoom           `json:"lock_room,omitempty"`
	Admit              *Admit              `json:"admit,omitempty"`
	Reject             *Reject             `json:"reject,omitempty"`
	RemoveParticipants *RemoveParticipants `json:"remove_participants,omitempty"`
	SetTimer           *SetTimer           `json:"set_timer,omitempty"`
	Reopen             *Reopen             `json:"reopen,omitempty"`
	AddHost            *AddHost            `json:"add_host,omitempty"`
	RemoveHost         *RemoveHost         `json:"remove_host,omitempty"`
}

type recordHead struct {
	At        int64  `json:"t"` // Unix time in milliseconds
	By        UserID `json:"u,omitempty"`
	CommandID string `json:"c,omitempty"`
}

// commandNames are the names of the types of commands in a record.
var commandNames = func() map[reflect.Type]string {
	names := map[reflect.Type]string{}
	for f := range reflect.TypeFor[record]().Fields() {
		if f.Type.Kind() == reflect.Pointer && f.Type.Elem().Implements(reflect.TypeFor[Command]()) {
			names[f.Type.Elem()], _, _ = strings.Cut(f.Tag.Get("json"), ",")
		}
	}
	return names
}()

// MarshalEntry encodes an entry for a log, as one line of JSON. A ballot of three
// takes 64 bytes and its ids: with ids of 20 (user), 8 (nomination), 26 (receipt) and
// 36 bytes (commandID), 170. It fails for a command that is not of this package, and
// for a time that JSON cannot hold.
func MarshalEntry(e Entry) ([]byte, error) {
	name, ok := commandNames[reflect.TypeOf(e.Command)]
	if !ok {
		return nil, fmt.Errorf("poll: write an entry: %T is not a command", e.Command)
	}
	l := newLine()
	err := l.add(recordHead{e.At.UnixMilli(), e.By, e.CommandID})
	if err == nil {
		l.Truncate(l.Len() - len("}"))
		l.WriteString(`,"` + name + `":`)
		err = l.add(e.Command)
	}
	if err != nil {
		return nil, fmt.Errorf("poll: write an entry: %w", err)
	}
	l.WriteByte('}')
	return l.Bytes(), nil
}

// UnmarshalEntry decodes what MarshalEntry has encoded, and keeps nothing of data. An
// entry with a command or a field that this version does not know is an error, never
// passed over: what follows it could not be understood.
func UnmarshalEntry(data []byte) (Entry, error) {
	var r record
	if err := decode(data, &r); err != nil {
		return Entry{}, fmt.Errorf("poll: an entry is damaged, or of a newer version than this program: %w", err)
	}
	var commands []Command
	for _, field := range reflect.ValueOf(&r).Elem().Fields() {
		if field.Kind() == reflect.Pointer && !field.IsNil() {
			commands = append(commands, field.Elem().Interface().(Command)) //nolint:forcetypeassert,errcheck // see commandNames
		}
	}
	if len(commands) != 1 {
		return Entry{}, fmt.Errorf("poll: an entry is damaged: it has %d commands instead of one", len(commands))
	}
	return Entry{At: time.UnixMilli(r.At).UTC(), By: r.By, CommandID: r.CommandID, Command: commands[0]}, nil
}

// encode returns v as one line of JSON, with < and & as they are.
func encode(v any) ([]byte, error) {
	l := newLine()
	if err := l.add(v); err != nil {
		return nil, err
	}
	return l.Bytes(), nil
}

// A line of JSON is encoded value by value.
type line struct {
	bytes.Buffer
	encoder *json.Encoder // to the buffer
}

func newLine() *line {
	const ballot = 192 // bytes that its entry takes, and a few
	l := new(line)
	l.encoder = newEncoder(l)
	l.Grow(ballot)
	return l
}

// add adds v, with < and & as they are.
func (l *line) add(v any) error {
	if err := l.encoder.Encode(v); err != nil {
		return err
	}
	l.Truncate(l.Len() - len("\n"))
	return nil
}

// newEncoder returns an encoder that leaves < and & as they are.
func newEncoder(w io.Writer) *json.Encoder {
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	return e
}

// decode reads one JSON value into v, and refuses fields that v does not have.
func decode(data []byte, v any) error {
	d := json.NewDecoder(bytes.NewReader(data))
	d.DisallowUnknownFields()
	if err := d.Decode(v); err != nil {
		return err
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return errors.New("there is more than one value")
	}
	return nil
}
