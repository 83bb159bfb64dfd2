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

	"github.com/caucus-live/caucus/internal/durable"
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
			return nil, fmt.Errorf("the token key cannot be read: %w", explainSecret(err))
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
	// Whole or not at all: half a key would make every token worthless after the next start.
	if err := durable.Create(name, append(key, '\n'), durable.Inherit); err != nil {
		return nil, fmt.Errorf("the token key cannot be kept: %w", err)
	}
	return key, nil
}

// explainSecret adds what to do about a file of the operator's that this user may not read.
func explainSecret(err error) error {
	if errors.Is(err, fs.ErrPermission) {
		return fmt.Errorf("%w; the user of this program may not read it: give it the group of the file or, under systemd, LoadCredential= (docs/deploy.md has the lines)", err)
	}
	return err
}
