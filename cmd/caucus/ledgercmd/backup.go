package ledgercmd

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/caucus-live/caucus/cmd/caucus/clustercmd"
	"github.com/caucus-live/caucus/internal/durable"
	"github.com/caucus-live/caucus/internal/ledger/sqlite"
)

const backupUsage = `Usage: caucus ledger backup [flags] FILE
       caucus ledger backup -every 1h [flags] DIRECTORY

Copies the ledger to a new file, as it is at one moment, while the server runs or not.
The copy is read whole before it has its name. The key that signs access tokens goes
beside it, as FILE.key: keep both where only you can read them.

With -every it goes on until it is stopped, makes a file in the directory each time, and
keeps the newest.

`

const restoreUsage = `Usage: caucus ledger restore [flags] FILE

Makes the ledger in an empty directory from a file of caucus ledger backup, which is read
whole first. It never replaces a ledger. FILE.key, if it is there, becomes the key that
signs access tokens.

`

// backupOptions are the flags of backup.
type backupOptions struct {
	every time.Duration
	keep  int
	rate  int
}

func backupFlags(fs *flag.FlagSet, j *job) {
	fs.DurationVar(&j.every, "every", 0, "`duration` between backups; FILE is then a directory")
	fs.IntVar(&j.keep, "keep", 24, "`number` of backups to keep, the newest")
	fs.IntVar(&j.rate, "rate", 32<<20, "maximum `number` of bytes copied each second; 0 for no limit")
}

const (
	keyName   = "token.key" // what the server calls its key, beside the ledger
	keySuffix = ".key"      // of a backup's key, beside the backup
)

func backup(ctx context.Context, j *job) error {
	if j.every < 0 || j.keep < 1 || j.rate < 0 {
		return errors.New("-every and -rate are not negative, and -keep is 1 or more")
	}
	if j.every == 0 {
		return j.backUpTo(ctx, j.arg)
	}
	if err := os.MkdirAll(j.arg, 0o700); err != nil {
		return err
	}
	again := time.NewTicker(j.every)
	defer again.Stop()
	for {
		if err := j.rotate(ctx); err != nil && ctx.Err() == nil {
			fmt.Fprintln(j.stderr, "caucus ledger backup:", j.explain(err)) // the next may succeed
		}
		select {
		case <-again.C:
		case <-ctx.Done():
			return nil
		}
	}
}

// backUpTo makes one backup, of the ledger and of the key, or none.
func (j *job) backUpTo(ctx context.Context, file string) error {
	for _, name := range []string{file, file + keySuffix} {
		if _, err := os.Lstat(name); !errors.Is(err, os.ErrNotExist) {
			return fmt.Errorf("%s: %w; a backup replaces nothing: give another name, or move it away", name, errors.Join(os.ErrExist, err))
		}
	}
	// The key first: a backup without it looks like one of a server that had none.
	switch key, err := os.ReadFile(filepath.Join(j.data, keyName)); {
	case err == nil:
		if err := durable.Create(file+keySuffix, key); err != nil {
			return err
		}
	case !errors.Is(err, os.ErrNotExist): // it is, where the operator has one elsewhere
		return err
	}
	if err := sqlite.Backup(ctx, j.data, file, j.rate); err != nil {
		_ = os.Remove(file + keySuffix) // if there is one
		return err
	}
	info, err := os.Stat(file)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(j.stdout, "%s: %d bytes, verified.\n", file, info.Size())
	return err
}

// The names of backups sort by their time.
const (
	namePrefix = "caucus-"
	nameTime   = "20060102T150405.000Z"
	nameSuffix = ".db"
)

// rotate makes a backup in the directory, and removes those that are too many.
func (j *job) rotate(ctx context.Context) error {
	name := namePrefix + time.Now().UTC().Format(nameTime) + nameSuffix
	if err := j.backUpTo(ctx, filepath.Join(j.arg, name)); err != nil {
		return err
	}
	entries, err := os.ReadDir(j.arg)
	if err != nil {
		return err
	}
	var names []string
	for _, e := range entries {
		stamp, ok := strings.CutPrefix(e.Name(), namePrefix)
		stamp, found := strings.CutSuffix(stamp, nameSuffix)
		if _, err := time.Parse(nameTime, stamp); err == nil && ok && found {
			names = append(names, e.Name())
		}
	}
	slices.Sort(names)
	var errs []error
	for _, old := range names[:max(0, len(names)-j.keep)] {
		file := filepath.Join(j.arg, old)
		if err := os.Remove(file + keySuffix); !errors.Is(err, os.ErrNotExist) {
			errs = append(errs, err)
		}
		errs = append(errs, os.Remove(file))
	}
	return errors.Join(errs...)
}

func restore(ctx context.Context, j *job) error {
	if clustercmd.IsMember(j.data) {
		return fmt.Errorf("%s belongs to a server of a cluster; restore into another directory, and copy from there: caucus ledger copy -from DIRECTORY -to %[1]s", j.data)
	}
	key, err := os.ReadFile(j.arg + keySuffix)
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		return err
	}
	place, said, err := j.keyToRestore(key)
	if err != nil {
		return err
	}
	if err := sqlite.Restore(ctx, j.arg, j.data, place); err != nil {
		if errors.Is(err, os.ErrExist) {
			return fmt.Errorf("%w; a ledger is never replaced: choose another directory with -data, or move ledger.* and token.key away", err)
		}
		return err
	}
	_, err = fmt.Fprintf(j.stdout, "The ledger is in %s, %s.\n", j.data, said)
	return err
}

// keyToRestore compares the key of a backup, which is empty if it has none, with that of
// the directory. It returns how to put it there, if that is to be done, and what to say.
func (j *job) keyToRestore(key []byte) (place func() error, said string, err error) {
	target := filepath.Join(j.data, keyName)
	present, err := os.ReadFile(target)
	switch {
	case err == nil && len(key) > 0 && !bytes.Equal(bytes.TrimSpace(present), bytes.TrimSpace(key)):
		return nil, "", fmt.Errorf("%s is another key than that of the backup, %s, so everybody would have to join again; "+
			"nothing was changed: choose another directory with -data, or move ledger.* and token.key away", target, j.arg+keySuffix)
	case err == nil && len(key) > 0:
		return nil, "beside the key that signs access tokens", nil
	case err == nil:
		return nil, "beside the key that was there; unless it is that of the backup, everybody has to join again", nil
	case !errors.Is(err, os.ErrNotExist):
		return nil, "", err
	case len(key) > 0:
		return func() error { return durable.Create(target, key, durable.Inherit) }, "with the key that signs access tokens", nil
	}
	return nil, "a new key that signs access tokens will be made at the start, so everybody has to join again", nil
}
