package adaptertest_test

import (
	"testing"

	"github.com/caucus-live/caucus/socketio"
	"github.com/caucus-live/caucus/socketio/adaptertest"
)

func hub(*testing.T) func() socketio.Adapter { return new(adaptertest.Hub).Adapter }

func TestHub(t *testing.T) { adaptertest.RunInBubble(t, hub) }

func TestHubInRealTime(t *testing.T) { adaptertest.Run(t, hub) }

func loggingHub(*testing.T) func() socketio.Adapter { return (&adaptertest.Hub{MaxLog: 2000}).Adapter }

func TestLoggingHub(t *testing.T) { adaptertest.RunInBubble(t, loggingHub) }

func TestRecovery(t *testing.T) { adaptertest.RunRecoveryInBubble(t, loggingHub) }

func TestRecoveryInRealTime(t *testing.T) { adaptertest.RunRecovery(t, loggingHub) }
