package cli

import (
	"context"
	"io"
	"io/fs"
	"os"

	"github.com/caucus-live/caucus/internal/ballotfile"
)

// ReadElection reads the election in a file or a folder, or in stdin if the path is "-". It
// fails once ctx is done.
func ReadElection(ctx context.Context, as ballotfile.Reader, path string, stdin io.Reader) (*ballotfile.File, error) {
	if path == "-" {
		return as.Read("standard input", Reader(ctx, stdin))
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	info, err := f.Stat()
	switch {
	case err != nil:
		return nil, err
	case info.IsDir():
		return as.ReadFolder(path, folder{ctx, os.DirFS(path)})
	}
	return as.Read(path, Reader(ctx, f))
}

// A folder is files that cannot be read any more once ctx is done.
type folder struct {
	ctx context.Context //nolint:containedctx // fs.FS has no other way to get one
	fs.FS
}

// Open implements [fs.FS].
func (f folder) Open(name string) (fs.File, error) {
	if f.ctx.Err() != nil {
		return nil, context.Cause(f.ctx)
	}
	opened, err := f.FS.Open(name)
	if err != nil {
		return nil, err
	}
	if directory, ok := opened.(fs.ReadDirFile); ok {
		if info, err := opened.Stat(); err == nil && info.IsDir() {
			return directory, nil
		}
	}
	return file{opened, Reader(f.ctx, opened)}, nil
}

type file struct {
	fs.File
	r io.Reader
}

// Read implements [io.Reader].
func (f file) Read(p []byte) (int, error) { return f.r.Read(p) }
