package poll

// Traffic is the part of a log that tells who came and went.
type Traffic struct {
	Entries uint64 `json:"n"`
	Bytes   int64  `json:"b"` // as they are stored, about
}

// entryOverhead is what an entry has around its texts, in bytes, about.
const entryOverhead = 64

// IsTraffic reports whether a command only has its author come or go.
func IsTraffic(c Command) bool {
	switch c.(type) {
	case Join, Leave:
		return true
	}
	return false
}

func (t *Traffic) count(e Entry) {
	if !IsTraffic(e.Command) {
		return
	}
	t.Entries++
	t.Bytes += int64(entryOverhead + len(e.By) + len(e.CommandID))
	if join, ok := e.Command.(Join); ok {
		t.Bytes += int64(len(join.Name.Text) + len(join.Name.Key) + len(join.Device))
	}
}
