package cluster_test

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/nats-io/nats.go/jetstream"

	"github.com/caucus-live/caucus/internal/cluster"
	"github.com/caucus-live/caucus/internal/logtest"
)

// What a member lost with a damaged file is there again soon after its start, however the file is
// damaged.
func TestMend(t *testing.T) {
	t.Parallel()
	members := addresses(t, 3)
	dir := t.TempDir()
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
	defer cancel()
	log := new(logtest.Buffer)
	options := func(i int) cluster.Options {
		return cluster.Options{
			Address: members[i], Members: members, Secret: secret, Dir: filepath.Join(dir, fmt.Sprint(i)),
			Logger: slog.New(slog.NewTextHandler(log, nil)),
		}
	}
	for i := range 2 {
		start(t, options(i))
	}
	n, err := cluster.Start(options(2))
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := n.Close(); err != nil {
			t.Error(err)
		}
	}()
	const messages = 200
	store(ctx, t, n, messages)
	mended := 0
	flip := func(file []byte) []byte { file[len(file)/2] ^= 1; return file }
	for name, damage := range map[string]struct {
		isLast bool                     // of the stream's files
		do     func(file []byte) []byte // nil: it cannot be read
	}{
		"a byte is flipped":             {false, flip},
		"it is empty":                   {false, func([]byte) []byte { return nil }},
		"it ends after a whole message": {false, func(file []byte) []byte { return file[:len(file)/2/record(file)*record(file)] }},
		"a byte of the end is flipped":  {true, flip},
		"it cannot be read":             {false, nil},
	} {
		if err := n.Close(); err != nil {
			t.Fatal(err)
		}
		files, err := filepath.Glob(filepath.Join(dir, "2", "jetstream", "$G", "streams", "POLLS", "msgs", "*.blk"))
		if err != nil || len(files) < 2 {
			t.Fatalf("files %q, %v", files, err)
		}
		slices.SortFunc(files, func(a, b string) int { return cmp.Or(cmp.Compare(len(a), len(b)), cmp.Compare(a, b)) }) // 9.blk, 10.blk
		file := files[0]
		if damage.isLast {
			file = files[len(files)-1]
		}
		data, err := os.ReadFile(file)
		if err == nil && damage.do != nil {
			err = os.WriteFile(file, damage.do(data), 0o600)
		} else if err == nil {
			err = errors.Join(os.Remove(file), os.Mkdir(file, 0o700))
		}
		if err != nil {
			t.Fatal(err)
		}
		if n, err = cluster.Start(options(2)); err != nil {
			t.Fatal(err)
		}
		if !damage.isLast { // else NATS may have fetched the end already
			mended++
		}
		for again := time.NewTicker(20 * time.Millisecond); ; {
			<-again.C
			has, err := n.Messages("POLLS") // an error while NATS starts again
			_, left := os.Stat(filepath.Join(dir, "2", "damaged"))
			if has == messages && errors.Is(left, fs.ErrNotExist) && strings.Count(log.String(), "are damaged") >= mended {
				again.Stop()
				break
			}
			if ctx.Err() != nil {
				t.Fatalf("%s: it has %d messages of %d, %v\n%s", name, has, messages, err, log)
			}
		}
	}
}

// record returns the length of the first message in a file of NATS.
func record(file []byte) int { return int(file[0]) | int(file[1])<<8 | int(file[2])<<16 }

// store makes a stream that all members keep, with messages of 100 KB: NATS writes several files.
func store(ctx context.Context, t *testing.T, n *cluster.Node, messages int) {
	t.Helper()
	js, err := jetstream.New(n.Conn())
	if err != nil {
		t.Fatal(err)
	}
	for {
		attempt, cancel := context.WithTimeout(ctx, 2*time.Second)
		_, err := js.CreateStream(attempt, jetstream.StreamConfig{Name: "POLLS", Subjects: []string{"polls.>"}, Replicas: 3})
		cancel()
		if err == nil {
			break
		}
		if ctx.Err() != nil {
			t.Fatal(err)
		}
	}
	for i := range messages {
		if _, err := js.Publish(ctx, "polls.a", bytes.Repeat([]byte{byte(i)}, 100_000)); err != nil {
			t.Fatal(err)
		}
	}
}
