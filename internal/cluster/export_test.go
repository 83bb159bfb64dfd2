package cluster

import "log/slog"

// Warn logs what NATS warns of.
func Warn(log *slog.Logger, format string, v ...any) { (&logger{log}).Warnf(format, v...) }

// Messages returns how many messages of a stream this server has itself.
func (n *Node) Messages(stream string) (uint64, error) {
	c, err := n.inside.copies()
	if err != nil {
		return 0, err
	}
	return c.Streams[stream].Messages, nil
}

// Leads reports whether this server thinks that it leads a stream.
func (n *Node) Leads(stream string) (bool, error) {
	c, err := n.inside.copies()
	if err != nil {
		return false, err
	}
	return c.Streams[stream].Leads, nil
}
