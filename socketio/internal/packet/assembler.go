package packet

import "slices"

// An Assembler waits for the attachments of one packet.
type Assembler struct {
	packet Packet
	size   int64 // bytes held
	limit  int64
}

// NewAssembler returns an Assembler for the packet p, of which it keeps a copy.
// Packet and attachments may hold limit bytes together.
func NewAssembler(p Packet, limit int64) *Assembler {
	p.Namespace = slices.Clone(p.Namespace)
	p.Data = slices.Clone(p.Data)
	return &Assembler{packet: p, size: int64(len(p.Data)), limit: limit}
}

// Add takes a copy of the next attachment. It returns the packet when that was
// the last, else nil.
func (a *Assembler) Add(attachment []byte) (*Packet, error) {
	if a.size += int64(len(attachment)); a.size > a.limit {
		return nil, invalid("attachments above %d bytes", a.limit)
	}
	// An empty attachment is not a missing one: keep it non-nil.
	a.packet.Binary = append(a.packet.Binary, append([]byte{}, attachment...))
	if len(a.packet.Binary) < a.packet.Attachments {
		return nil, nil
	}
	return &a.packet, nil
}
