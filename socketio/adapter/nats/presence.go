package natsadapter

import (
	"sync"
	"time"
)

// presence is what is known of the other servers: when each was heard of last.
type presence struct {
	patience time.Duration // a server that is silent for longer is taken for dead

	mu   sync.Mutex // guards the field below
	seen map[string]time.Time
}

func newPresence(patience time.Duration) *presence {
	return &presence{patience: patience, seen: make(map[string]time.Time)}
}

// saw notes a sign of life.
func (p *presence) saw(server string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.seen[server] = time.Now()
}

// left forgets a server.
func (p *presence) left(server string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	delete(p.seen, server)
}

// servers returns the names of those that are running, and forgets the dead.
func (p *presence) servers() []string {
	p.mu.Lock()
	defer p.mu.Unlock()
	names := make([]string, 0, len(p.seen))
	for name, at := range p.seen {
		if time.Since(at) > p.patience {
			delete(p.seen, name)
			continue
		}
		names = append(names, name)
	}
	return names
}
