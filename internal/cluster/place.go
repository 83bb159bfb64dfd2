package cluster

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/caucus-live/caucus/internal/durable"
)

// A place is what a directory says of the server whose data it keeps. NATS takes whatever it finds:
// of the streams of a server that was alone, a cluster loses those that another member comes to
// lead; a member that has the data of another may vote twice; and a member that is left out, or has
// another address, still counts for a majority and may be one of those that keep a stream.
type place struct {
	Address string   `json:"address"` // "" if the directory does not say
	Alone   bool     `json:"alone"`
	Members []string `json:"members,omitempty"` // sorted; empty if the directory does not say
}

const placeName = "member.json"

// A holding is a directory that this process has until close.
type holding struct {
	file *os.File
	text []byte // what the file is to say; nil if it does
}

// takePlace takes the directory, and checks that it is this server's.
func (o *Options) takePlace() (*holding, error) {
	if err := os.MkdirAll(o.Dir, 0o700); err != nil {
		return nil, err
	}
	file, err := os.OpenFile(filepath.Join(o.Dir, placeName), os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, err
	}
	h := &holding{file: file}
	if err := h.check(o); err != nil {
		return nil, errors.Join(err, durable.Release(file))
	}
	return h, nil
}

func (h *holding) check(o *Options) error {
	if err := durable.Lock(h.file); errors.Is(err, durable.ErrLocked) {
		return fmt.Errorf("another server runs on %s", o.Dir)
	} else if err != nil {
		return err
	}
	text, err := io.ReadAll(h.file)
	if err != nil {
		return err
	}
	have, known, err := o.readPlace(text)
	if err != nil {
		return err
	}
	want := place{o.Address, len(o.Members) == 1, slices.Sorted(slices.Values(o.Members))}
	if known {
		if err := have.check(want, o.Dir); err != nil {
			return err
		}
	}
	if len(have.Members) == 0 {
		h.text, err = json.Marshal(want) // which is longer than before
	}
	return err
}

// settle has the directory say whose it is, now that the server could start.
func (h *holding) settle() error {
	if h.text == nil {
		return nil
	}
	_, err := h.file.WriteAt(append(h.text, '\n'), 0)
	return errors.Join(err, h.file.Sync())
}

// readPlace returns what the directory says; of data that is older than the file, what can be
// seen.
func (o *Options) readPlace(text []byte) (p place, known bool, err error) {
	if err := json.Unmarshal(text, &p); err == nil {
		return p, true, nil
	} else if len(text) > 0 {
		return p, false, fmt.Errorf("read %s: %w", filepath.Join(o.Dir, placeName), err)
	}
	const accounts, group = "jetstream", "$SYS/_js_/_meta_"
	switch _, err := os.Stat(filepath.Join(o.Dir, accounts)); {
	case errors.Is(err, fs.ErrNotExist):
		return p, false, nil
	case err != nil:
		return p, false, err
	}
	_, err = os.Stat(filepath.Join(o.Dir, accounts, filepath.FromSlash(group)))
	p.Alone = errors.Is(err, fs.ErrNotExist)
	return p, true, nil
}

// check reports what is wrong with a server's directory.
func (p place) check(want place, dir string) error {
	const instead = "start all servers with empty directories, and copy the polls with caucus ledger copy"
	switch {
	case p.Alone && !want.Alone:
		return fmt.Errorf("%s has the data of a server that is a cluster alone, of which several servers would lose some: %s", dir, instead)
	case !p.Alone && want.Alone:
		return fmt.Errorf("%s has the data of one of several servers, which may lack what the others have: %s", dir, instead)
	case len(p.Members) > 0 && !slices.Equal(p.Members, want.Members):
		return fmt.Errorf("%s has the data of a server that is a cluster of %s, not of %s; a server keeps its address for good: name the same servers, or %s",
			dir, strings.Join(p.Members, ","), strings.Join(want.Members, ","), instead)
	case p.Address != "" && p.Address != want.Address:
		return fmt.Errorf("%s has the data of the server %s, not of %s: give each server its own, or an empty one", dir, p.Address, want.Address)
	}
	return nil
}
