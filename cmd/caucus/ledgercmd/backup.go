package ledgercmd

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

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
whole before. It never replaces a ledger. FILE.key, if it is there, becomes the key that
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

// keyName is what the server calls its key, beside the ledger.
const keyName = "token.key"

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
			fmt.Fprintln(j.stderr, "caucus ledger backup:", explain(err)) // the next may succeed
		}
		select {
		case <-again.C:
		case <-ctx.Done():
			return nil
		}
	}
}

// backUpTo makes one backup, of the ledger and of the key.
func (j *job) backUpTo(ctx context.Context, file string) error {
	if err := sqlite.Backup(ctx, j.data, file, j.rate); err != nil {
		return err
	}
	switch key, err := os.ReadFile(filepath.Join(j.data, keyName)); {
	case err == nil:
		if err := writeNew(file+".key", key); err != nil {
			return err
		}
	case !errors.Is(err, os.ErrNotExist): // it is, where the operator has one elsewhere
		return err
	}
	info, err := os.Stat(file)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(j.stdout, "%s: %d bytes, verified.\n", file, info.Size())
	return err
}

// writeNew writes a file that must not exist, for this user alone.
func writeNew(name string, data []byte) error {
	f, err := os.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	_, err = f.Write(data)
	return errors.Join(err, f.Sync(), f.Close())
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
		if err := os.Remove(file + ".key"); !errors.Is(err, os.ErrNotExist) {
			errs = append(errs, err)
		}
		errs = append(errs, os.Remove(file))
	}
	return errors.Join(errs...)
}

func restore(ctx context.Context, j *job) error {
	if err := sqlite.Restore(ctx, j.arg, j.data); err != nil {
		if errors.Is(err, os.ErrExist) {
			return fmt.Errorf("%w; a ledger is never replaced: choose another directory with -data, or move it away", err)
		}
		return err
	}
	said := "a new key that signs access tokens will be made at the start, so everybody has to join again"
	switch key, err := os.ReadFile(j.arg + ".key"); {
	case err == nil:
		if err := writeNew(filepath.Join(j.data, keyName), key); err != nil {
			return err
		}
		said = "with the key that signs access tokens"
	case !errors.Is(err, os.ErrNotExist):
		return err
	}
	_, err := fmt.Fprintf(j.stdout, "The ledger is in %s, %s.\n", j.data, said)
	return err
}
