package admin

import (
	"log/slog"
	"os"
	"time"

	"github.com/caucus-live/caucus/socketio"
)

// ServerStats are the figures of one server.
type ServerStats struct {
	ServerID   string             `json:"serverId"`
	Hostname   string             `json:"hostname"`
	PID        int                `json:"pid"`
	Uptime     float64            `json:"uptime"` // seconds since Attach
	Clients    int                `json:"clientsCount"`
	Polling    int                `json:"pollingClientsCount"`
	Events     []AggregatedEvents `json:"aggregatedEvents"`
	Namespaces []NamespaceStats   `json:"namespaces"`
}

// AggregatedEvents counts what has happened since the last figures.
type AggregatedEvents struct {
	Timestamp int64           `json:"timestamp"` // milliseconds
	Type      string          `json:"type"`
	SubType   socketio.Reason `json:"subType,omitempty"`
	Count     uint64          `json:"count"`
}

// NamespaceStats are the figures of a namespace.
type NamespaceStats struct {
	Name    string `json:"name"`
	Sockets int    `json:"socketsCount"`
}

// interval is how often figures are sent. The page takes a server for gone after some of
// them.
const interval = 2 * time.Second

// tick sends figures until the end.
func (a *Admin) tick() {
	ticker := time.NewTicker(interval)
	defer ticker.Stop()
	for {
		if err := Figures.Emit(a.ctx, a.ns, a.figures()); err != nil && a.ctx.Err() == nil {
			a.opts.Logger.WarnContext(a.ctx, "admin: figures for other servers are lost", slog.Any("error", err))
		}
		a.refresh()
		select {
		case <-ticker.C:
		case <-a.ctx.Done():
			return
		}
	}
}

func (a *Admin) figures() ServerStats {
	stats := a.io.Stats()
	figures := ServerStats{
		ServerID: a.opts.ServerID, Hostname: hostname(), PID: os.Getpid(), Uptime: time.Since(a.began).Seconds(),
		Clients: stats.Engine.Sessions, Polling: stats.Engine.Polling,
		Events: a.aggregate(stats), Namespaces: []NamespaceStats{},
	}
	for _, ns := range a.io.Namespaces() {
		figures.Namespaces = append(figures.Namespaces, NamespaceStats{ns.Name(), ns.Len()})
	}
	return figures
}

// aggregate returns what has been counted since the last call.
func (a *Admin) aggregate(stats socketio.Stats) []AggregatedEvents {
	at := time.Now().Truncate(time.Second).UnixMilli()
	events := []AggregatedEvents{}
	add := func(kind string, reason socketio.Reason, now, before uint64) {
		if now > before {
			events = append(events, AggregatedEvents{at, kind, reason, now - before})
		}
	}
	now, before := stats.Engine, a.previous.Engine
	add("rawConnection", "", now.Opened, before.Opened)
	for reason, n := range now.Closed {
		add("rawDisconnection", reason, n, before.Closed[reason])
	}
	add("packetsIn", "", now.MessagesIn, before.MessagesIn)
	add("bytesIn", "", now.BytesIn, before.BytesIn)
	add("packetsOut", "", now.MessagesOut, before.MessagesOut)
	add("bytesOut", "", now.BytesOut, before.BytesOut)
	a.previous = stats
	return events
}
