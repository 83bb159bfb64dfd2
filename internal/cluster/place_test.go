package cluster_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/caucus-live/caucus/internal/cluster"
)

// A directory is one server's, and that of a server alone is not a member's: NATS would take
// either, and lose what is in it.
func TestPlaces(t *testing.T) {
	one, three := addresses(t, 1), addresses(t, 3)
	alone := cluster.Options{Address: one[0], Members: one, Secret: secret, Dir: t.TempDir()}
	member := cluster.Options{Address: three[0], Members: three, Secret: secret, Dir: t.TempDir()}
	for _, o := range []cluster.Options{alone, member} {
		n, err := cluster.Start(o)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := cluster.Start(o); err == nil || !strings.Contains(err.Error(), "another server runs on") {
			t.Errorf("a second server on a directory: %v", err)
		}
		if err := n.Close(); err != nil {
			t.Fatal(err)
		}
		start(t, o)
	}
}

func TestOtherPlaces(t *testing.T) {
	one, five := addresses(t, 1), addresses(t, 5)
	alone := cluster.Options{Address: one[0], Members: one, Secret: secret}
	of := func(address string, members ...string) cluster.Options {
		return cluster.Options{Address: address, Members: members, Secret: secret}
	}
	list := func(members ...string) string { return strings.Join(slices.Sorted(slices.Values(members)), ",") }
	three := five[:3]
	member, all := of(three[0], three...), of(three[0], five...)
	for name, tt := range map[string]struct {
		had, has cluster.Options
		old      bool // the directory was made before it said whose it is
		want     string
	}{
		"one of three that was alone":       {alone, member, false, "would lose some"},
		"one of three that was alone, old":  {alone, member, true, "would lose some"},
		"alone that was one of three":       {member, alone, false, "may lack what the others have"},
		"alone that was one of three, old":  {member, alone, true, "may lack what the others have"},
		"another member's":                  {member, of(three[1], three...), false, "give each server its own"},
		"one's own, old":                    {member, member, true, ""},
		"in another order":                  {member, of(three[0], three[2], three[0], three[1]), false, ""},
		"one of five that was one of three": {member, all, false, "is a cluster of " + list(three...) + ", not of " + list(five...)},
		"one of three that was one of five": {all, member, false, "is a cluster of " + list(five...) + ", not of " + list(three...)},
		"beside another server":             {member, of(three[0], three[0], three[1], five[3]), false, "is a cluster of " + list(three...) + ", not of"},
		"at another address":                {member, of(five[3], five[3], three[1], three[2]), false, "is a cluster of " + list(three...) + ", not of"},
		"alone at another address":          {alone, of(five[3], five[3]), false, one[0]},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			tt.had.Dir, tt.has.Dir = dir, dir
			n, err := cluster.Start(tt.had)
			if err != nil {
				t.Fatal(err)
			}
			if err := n.Close(); err != nil {
				t.Fatal(err)
			}
			if tt.old {
				if err := os.Remove(filepath.Join(dir, "member.json")); err != nil {
					t.Fatal(err)
				}
			}
			n, err = cluster.Start(tt.has)
			if err == nil {
				if err := n.Close(); err != nil {
					t.Fatal(err)
				}
			}
			if (err == nil) != (tt.want == "") || err != nil && !strings.Contains(err.Error(), tt.want) {
				t.Errorf("%v, want %q", err, tt.want)
			}
		})
	}
}
