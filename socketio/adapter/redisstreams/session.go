package redisstreams

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/redis/go-redis/v9"

	"github.com/caucus-live/caucus/socketio"
	"github.com/caucus-live/caucus/socketio/adapter/internal/jswire"
)

// A storedSession is a session as JavaScript servers have it.
type storedSession struct {
	SID   string          `json:"sid"`
	PID   string          `json:"pid"`
	Rooms jswire.Names    `json:"rooms"` // with sid
	Data  json.RawMessage `json:"data"`  // any value, at a JavaScript server

	// Among servers of this package.
	NSP    string            `json:"nsp,omitempty"`
	Server string            `json:"server,omitempty"`
	Turn   int               `json:"turn,omitempty"`
	Since  string            `json:"since,omitempty"`
	Joined map[string]string `json:"joined,omitempty"` // offsets, by room
}

// keys returns the keys of a session: its own, and that of its turn, which is in the same slot
// of a cluster.
func (a *Adapter) keys(pid string) []string {
	key := a.opts.Session + pid
	if hasTag(key) {
		return []string{key, key + ":turn"}
	}
	return []string{key, "{" + key + "}:turn"}
}

// hasTag reports whether the slot of a key is that of a part in braces.
func hasTag(key string) bool {
	_, behind, ok := strings.Cut(key, "{")
	return ok && strings.Index(behind, "}") > 0
}

// save stores a session for a number of milliseconds, unless one with a higher turn was there.
var save = redis.NewScript(`
local turn = tonumber(redis.call('GET', KEYS[2]) or '0')
if turn > tonumber(ARGV[2]) then return 0 end
redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[3])
redis.call('SET', KEYS[2], ARGV[2], 'PX', ARGV[3])
return 1`)

// take returns a session, which it removes, and the last turn, which is then over.
var take = redis.NewScript(`
local session = redis.call('GET', KEYS[1])
local turn = redis.call('GET', KEYS[2])
redis.call('DEL', KEYS[1])
if session and turn then redis.call('INCR', KEYS[2]) end
return {session, turn}`)

// SaveSession implements [socketio.Log].
func (a *Adapter) SaveSession(ctx context.Context, s socketio.Session, keep time.Duration) error {
	stored := storedSession{
		SID: s.ID, PID: s.PID, Rooms: jswire.Names{s.ID}, Data: []byte("{}"),
		NSP: s.Namespace, Server: s.Server, Turn: s.Turn, Since: s.Since, Joined: s.Rooms,
	}
	for room := range s.Rooms {
		stored.Rooms = append(stored.Rooms, room)
	}
	slices.Sort(stored.Rooms[1:])
	if len(s.Data) > 0 {
		data, err := json.Marshal(s.Data)
		if err != nil {
			return fmt.Errorf("redisstreams: encode session: %w", err)
		}
		stored.Data = data
	}
	packed, err := jswire.Pack(stored, nil, true)
	if err != nil {
		return fmt.Errorf("redisstreams: encode session: %w", err)
	}
	text := base64.StdEncoding.EncodeToString(packed)
	keys := a.keys(s.PID)
	if err := a.client.at(ctx, keys[0], func(node *redis.Client) error {
		return save.Run(ctx, node, keys, text, s.Turn, max(1, keep.Milliseconds())).Err()
	}); err != nil {
		return fmt.Errorf("redisstreams: save session: %w", err)
	}
	return nil
}

// TakeSession implements [socketio.Log].
func (a *Adapter) TakeSession(ctx context.Context, namespace, pid string) (socketio.Session, error) {
	keys := a.keys(pid)
	var values []any
	if err := a.client.at(ctx, keys[0], func(node *redis.Client) (err error) {
		values, err = take.Run(ctx, node, keys).Slice()
		return err
	}); err != nil {
		return socketio.Session{}, fmt.Errorf("redisstreams: take session: %w", err)
	}
	var text, turn string
	if len(values) > 0 {
		text, _ = values[0].(string)
	}
	if len(values) > 1 {
		turn, _ = values[1].(string)
	}
	if text == "" {
		return socketio.Session{}, socketio.ErrNoSession
	}
	return session(namespace, text, turn)
}

// session decodes a session, which may be of a JavaScript server.
func session(namespace, text, turn string) (socketio.Session, error) {
	packed, err := base64.StdEncoding.DecodeString(text)
	if err != nil {
		return socketio.Session{}, fmt.Errorf("redisstreams: decode session: %w", err)
	}
	stored := storedSession{NSP: namespace}
	if _, err := jswire.Unpack(packed, &stored); err != nil {
		return socketio.Session{}, fmt.Errorf("redisstreams: decode session: %w", err)
	}
	last, _ := strconv.Atoi(turn) // zero if it is gone
	s := socketio.Session{
		PID: stored.PID, ID: stored.SID, Namespace: stored.NSP, Server: stored.Server,
		Turn: max(stored.Turn, last), Since: stored.Since,
	}
	for _, room := range stored.Rooms {
		if room == stored.SID {
			continue
		}
		if s.Rooms == nil {
			s.Rooms = make(map[string]string)
		}
		s.Rooms[room] = stored.Joined[room]
	}
	if json.Unmarshal(stored.Data, &s.Data) != nil || len(s.Data) == 0 {
		s.Data = nil // a value without keys
	}
	return s, nil
}
