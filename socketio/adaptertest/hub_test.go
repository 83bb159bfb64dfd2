package adaptertest_test

import (
	"testing"

	"github.com/caucus-live/caucus/socketio"
	"github.com/caucus-live/caucus/socketio/adaptertest"
)

func hub(*testing.T) func() socketio.Adapter { return new(adaptertest.Hub).Adapter }

func TestHub(t *testing.T) { adaptertest.RunInBubble(t, hub) }

func TestHubInRealTime(t *testing.T) { adaptertest.Run(t, hub) }
