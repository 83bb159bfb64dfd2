// Package caucus_test checks what the Go modules of this repository require.
package caucus_test

import (
	"encoding/json"
	"io/fs"
	"os/exec"
	"path/filepath"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// requirements lists every module of the repository, by its folder, with the modules
// it requires directly, whether for its code or for its tests. Add to it on purpose:
// an adopter of a module downloads all of them.
var requirements = map[string][]string{
	".": {
		"github.com/anishathalye/porcupine", // tests
		"github.com/caucus-live/caucus/socketio",
		"github.com/caucus-live/caucus/socketio/promsocketio",
		"github.com/evanphx/json-patch/v5",
		"github.com/gobwas/ws", // the floor in bench
		"github.com/golang-jwt/jwt/v5",
		"github.com/google/go-cmp",  // tests
		"github.com/nats-io/jwt/v2", // tests
		"github.com/nats-io/nats-server/v2",
		"github.com/nats-io/nats.go",
		"github.com/nats-io/nkeys", // tests
		"github.com/prometheus/client_golang",
		"github.com/prometheus/client_model", // caucus top
		"github.com/prometheus/common",       // likewise
		"github.com/rivo/uniseg",
		"github.com/xuri/excelize/v2", // xlsx, in internal/ballotfile alone
		"go.uber.org/goleak",          // tests
		"go.yaml.in/yaml/v2",          // tests
		"golang.org/x/crypto",         // acme/autocert
		"golang.org/x/net",            // tests
		"golang.org/x/sys",
		"golang.org/x/text",
		"golang.org/x/time",
		"golang.org/x/tools", // txtar, in conformance
		"modernc.org/libc",   // pinned to the version that modernc.org/sqlite names
		"modernc.org/sqlite",
		"pgregory.net/rapid", // tests
		"rsc.io/qr",          // caucus demo
	},
	"bench/adapters": {
		"github.com/caucus-live/caucus/socketio",
		"github.com/caucus-live/caucus/socketio/adapter/nats",
		"github.com/caucus-live/caucus/socketio/adapter/redis",
		"github.com/nats-io/nats-server/v2",
		"github.com/nats-io/nats.go",
		"github.com/redis/go-redis/v9",
		"golang.org/x/sys",
	},
	"bench/zishang520": {
		"github.com/zishang520/socket.io/clients/engine/v3",
		"github.com/zishang520/socket.io/clients/socket/v3",
		"github.com/zishang520/socket.io/servers/socket/v3",
		"github.com/zishang520/socket.io/v3",
	},
	"conformance/frameworks": {
		"github.com/caucus-live/caucus/socketio",
		"github.com/gin-contrib/cors",
		"github.com/gin-contrib/gzip",
		"github.com/gin-gonic/gin",
		"github.com/go-chi/chi/v5",
		"github.com/go-chi/cors",
		"github.com/labstack/echo/v4",
		"go.uber.org/goleak", // tests
	},
	"conformance/peers": {
		"github.com/caucus-live/caucus/socketio",
		"github.com/googollee/go-socket.io",
		"github.com/zishang520/socket.io/clients/engine/v3",
		"github.com/zishang520/socket.io/clients/socket/v3",
		"github.com/zishang520/socket.io/servers/socket/v3",
		"github.com/zishang520/socket.io/v3",
	},
	"socketio": {
		"github.com/gobwas/ws",
		"github.com/google/go-cmp", // tests
		"go.uber.org/goleak",       // tests
		"golang.org/x/time",        // an example
	},
	"socketio/otelsocketio": {
		"github.com/caucus-live/caucus/socketio",
		"github.com/google/go-cmp", // tests
		"go.opentelemetry.io/otel",
		"go.opentelemetry.io/otel/sdk", // tests
		"go.opentelemetry.io/otel/trace",
		"go.uber.org/goleak", // tests
	},
	"socketio/admin": {
		"github.com/caucus-live/caucus/socketio",
		"github.com/google/go-cmp", // tests
		"go.uber.org/goleak",       // tests
		"golang.org/x/crypto",      // bcrypt
	},
	"socketio/adapter/nats": {
		"github.com/caucus-live/caucus/socketio",
		"github.com/nats-io/nats-server/v2", // tests
		"github.com/nats-io/nats.go",
		"go.uber.org/goleak", // tests
	},
	"socketio/adapter/redis": {
		"github.com/caucus-live/caucus/socketio",
		"github.com/redis/go-redis/v9",
		"go.uber.org/goleak", // tests
	},
	"socketio/adapter/redisstreams": {
		"github.com/caucus-live/caucus/socketio",
		"github.com/redis/go-redis/v9",
		"go.uber.org/goleak", // tests
	},
	"socketio/promsocketio": {
		"github.com/caucus-live/caucus/socketio",
		"github.com/google/go-cmp", // tests
		"github.com/prometheus/client_golang",
		"go.uber.org/goleak", // tests
	},
	"socketio/webtransport": {
		"github.com/caucus-live/caucus/socketio",
		"github.com/quic-go/quic-go",
		"github.com/quic-go/webtransport-go",
		"go.uber.org/goleak", // tests
	},
	"socketio/tsgen": {
		"github.com/caucus-live/caucus/socketio",
		"github.com/google/go-cmp", // tests
		"golang.org/x/tools",
	},
}

func TestDirectRequirements(t *testing.T) {
	got := map[string][]string{}
	err := filepath.WalkDir(".", func(path string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case entry.IsDir() && (entry.Name() == "node_modules" || entry.Name() == ".git"):
			return fs.SkipDir
		case entry.Name() == "go.mod":
			got[filepath.Dir(path)] = direct(t, path)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(requirements, got); diff != "" {
		t.Errorf("direct requirements of the modules (- listed, + found):\n%s", diff)
	}
}

// direct returns the paths of the modules that a go.mod requires directly, sorted.
func direct(t *testing.T, file string) (paths []string) {
	t.Helper()
	out, err := exec.CommandContext(t.Context(), "go", "mod", "edit", "-json", file).Output()
	if err != nil {
		t.Fatalf("%s: %v", file, err)
	}
	var mod struct {
		Require []struct {
			Path     string
			Indirect bool
		}
	}
	if err := json.Unmarshal(out, &mod); err != nil {
		t.Fatalf("%s: %v", file, err)
	}
	for _, r := range mod.Require {
		if !r.Indirect {
			paths = append(paths, r.Path)
		}
	}
	slices.Sort(paths)
	return paths
}
