package cluster

import (
	"sync"
	"time"
	_ "unsafe" // for go:linkname

	_ "github.com/nats-io/nats-server/v2/server"
)

// NATS elects a new leader 4 to 9 s after the last word of the old one: it is made for
// clusters whose links cross continents and whose groups are thousands. The servers of a
// poll are few and near each other, and every second in which nothing is acknowledged is
// one in which a room waits. Its timing has no option, only these variables.
//
// An election needs a majority whatever its timing, so times too short cost availability,
// never an acknowledged entry. These leave room for links of 200 ms and for processes
// that do not run for most of a second.
const (
	heartbeat   = 300 * time.Millisecond
	electAfter  = 1200 * time.Millisecond
	electBefore = 2400 * time.Millisecond

	// A leader that hears of no majority gives up when the others may have elected another; NATS waits
	// ten seconds. If only its group's connection to the others is lost, it is sent what is written until
	// it hears of the new one. Its log then ends with entries that nobody else has, and NATS 2.15 takes up
	// to two seconds to drop each of them, while the server is behind.
	loseAfter = electBefore
	loseCheck = heartbeat // how often it looks
)

//go:linkname natsHeartbeat github.com/nats-io/nats-server/v2/server.hbInterval
var natsHeartbeat time.Duration

//go:linkname natsElectAfter github.com/nats-io/nats-server/v2/server.minElectionTimeout
var natsElectAfter time.Duration

//go:linkname natsElectBefore github.com/nats-io/nats-server/v2/server.maxElectionTimeout
var natsElectBefore time.Duration

//go:linkname natsLoseAfter github.com/nats-io/nats-server/v2/server.lostQuorumInterval
var natsLoseAfter time.Duration

//go:linkname natsLoseCheck github.com/nats-io/nats-server/v2/server.lostQuorumCheck
var natsLoseCheck time.Duration

// hurryElections sets them for all servers of this process, before the first starts.
var hurryElections = sync.OnceFunc(func() {
	natsHeartbeat, natsElectAfter, natsElectBefore = heartbeat, electAfter, electBefore
	natsLoseAfter, natsLoseCheck = loseAfter, loseCheck
})
