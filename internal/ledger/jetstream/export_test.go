package jetstream

import "encoding/binary"

// Message encodes a batch of a log.
func Message(id string, first bool, entries ...[]byte) []byte {
	b := &batch{first: first, born: 1, expires: 2, anchor: position{3, 4}, entries: entries}
	return b.encode(id)
}

// MessageOfKind makes a message whole that begins with a kind.
func MessageOfKind(id string, kind byte, rest ...byte) []byte {
	data := append([]byte{kind}, rest...)
	return binary.BigEndian.AppendUint32(data, checksum(id, data))
}

// Entries decodes a message of a log.
func Entries(id string, data []byte) ([][]byte, error) {
	b, err := decode(id, data)
	if err != nil {
		return nil, err
	}
	return b.entries, nil
}
