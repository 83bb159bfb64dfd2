// Package jetstream keeps a ledger in a NATS cluster, for several servers. NATS
// elects leaders and replicates; this package does neither.
//
// # Streams
//
// Logs are spread over Shards streams, POLLS_0, POLLS_1, …, by a hash of their
// ids: file storage, as many replicas as the cluster has servers, up to three. A
// log is a subject, poll.SHARD.ID. A batch of entries is one message, so that it
// costs one quorum and one sync; a batch above 512 KiB is several, published as an
// atomic batch. What is acknowledged is on disk on a majority of the replicas, if
// their servers run with sync_interval: always.
//
// Messages end with their log: NATS removes them at their time (Nats-TTL), and so it
// does with snapshots, which are in the stream POLL_SNAPSHOTS, one message for each
// part of at most 512 KiB. Where logs may be extended, messages are kept up to the
// horizon, and a log ends when its first message says or, if that is later, a message
// in POLL_SNAPSHOTS, snapshot.SHARD.ID.end: when the log was made and when it ends. The servers
// that know a log remove it then.
//
// # Format
//
// A message is its kind, 1 for the first of a log and 2 for later ones; when the log
// was made and when it ends (Unix time, in nanoseconds and milliseconds); the
// writer's anchor: a number of entries, and the message of the stream that ended
// them; each entry after its length; and a CRC-32C of the log's id and all that.
// Numbers at the front are 64 bits, big-endian; the number of entries and the
// lengths are unsigned varints. A later format begins with another kind and ends with the
// same checksum: a program that does not know it says so, and takes it for no damage.
//
// Sequences of entries are not in the messages: they follow from the order of the
// stream, and every reader counts. The anchors check the count: whoever reads finds
// at each message that its writer, on another server, had counted the same. A
// damaged message, or one that is missing, is read from another replica, and is a
// *[ledger.CorruptError] when no replica has it.
//
// # Followers
//
// The streams republish each message, once it is stored, to live.SHARD.ID, with the
// sequence of the one before it in that log. A follower subscribes to that and reads
// the stream only where something is missing: at a gap, after its connection was
// lost, when a stream has another leader, and now and then.
package jetstream
