package main

import (
	"bytes"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// keyName is the file, beside the polls, of a key that the server made itself.
const keyName = "token.key"

// tokenKey returns the key that tokens are signed with: that of the environment,
// that of a file of the operator's, or the server's own.
func (c *config) key() ([]byte, error) {
	switch {
	case c.tokenKey != "":
		return []byte(c.tokenKey), nil
	case c.tokenKeyFile != "":
		key, err := os.ReadFile(c.tokenKeyFile)
		if err != nil {
			return nil, fmt.Errorf("the token key cannot be read: %w", err)
		}
		return bytes.TrimSpace(key), nil
	}
	return ownKey(filepath.Join(c.data, keyName))
}

// ownKey reads the key in a file, or makes one there that only this user can read.
func ownKey(name string) ([]byte, error) {
	key, err := os.ReadFile(name)
	if err == nil {
		return bytes.TrimSpace(key), nil
	}
	if !errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("the token key cannot be read: %w", err)
	}
	var random [32]byte
	_, _ = rand.Read(random[:]) // documented never to fail
	key = []byte(hex.EncodeToString(random[:]))
	if err := writeNew(name, append(key, '\n')); err != nil {
		return nil, fmt.Errorf("the token key cannot be kept: %w", err)
	}
	return key, nil
}

// writeNew puts a file in place whole, and on disk, or not at all: half a key
// would make every token worthless after the next start.
func writeNew(name string, data []byte) error {
	f, err := os.CreateTemp(filepath.Dir(name), ".new-*") // with mode 0600
	if err != nil {
		return err
	}
	_, err = f.Write(data)
	err = errors.Join(err, f.Sync(), f.Close())
	if err == nil {
		err = os.Rename(f.Name(), name)
	}
	if err != nil {
		err = errors.Join(err, os.Remove(f.Name()))
	}
	return err
}
