package cluster

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"time"

	"github.com/nats-io/nats.go/jetstream"
)

// The bucket of what the servers have in common beside the polls.
const (
	bucket   = "CAUCUS"
	tokenKey = "token-key"
)

// TokenKey returns the key with which all servers sign tokens. The first that asks
// makes it. It waits until the cluster can answer, NATS does not permit it, or ctx ends.
func (n *Node) TokenKey(ctx context.Context) ([]byte, error) {
	js, err := jetstream.New(n.conn)
	if err != nil {
		return nil, fmt.Errorf("cluster: %w", err)
	}
	for {
		key, err := tryTokenKey(ctx, js, n.replicas)
		if err == nil {
			return key, nil
		}
		if denied := n.denied(); denied != nil {
			return nil, fmt.Errorf("cluster: the key of tokens: %w", denied)
		}
		retry := time.NewTimer(retryInterval)
		select {
		case <-retry.C:
		case <-ctx.Done():
			retry.Stop()
			return nil, fmt.Errorf("cluster: the key of tokens: %w", errors.Join(context.Cause(ctx), err))
		}
	}
}

const retryInterval = 200 * time.Millisecond

func tryTokenKey(ctx context.Context, js jetstream.JetStream, replicas int) ([]byte, error) {
	ctx, cancel := context.WithTimeout(ctx, startTimeout)
	defer cancel()
	kv, err := js.KeyValue(ctx, bucket)
	if errors.Is(err, jetstream.ErrBucketNotFound) {
		kv, err = js.CreateKeyValue(ctx, jetstream.KeyValueConfig{Bucket: bucket, Replicas: replicas, Storage: jetstream.FileStorage})
	}
	if err != nil {
		return nil, err
	}
	entry, err := kv.Get(ctx, tokenKey)
	if errors.Is(err, jetstream.ErrKeyNotFound) {
		var random [32]byte
		_, _ = rand.Read(random[:]) // documented never to fail
		if _, err := kv.Create(ctx, tokenKey, []byte(hex.EncodeToString(random[:]))); err != nil && !errors.Is(err, jetstream.ErrKeyExists) {
			return nil, err
		}
		entry, err = kv.Get(ctx, tokenKey) // perhaps another server's
	}
	if err != nil {
		return nil, err
	}
	return entry.Value(), nil
}
