package main

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// systemctlOfTests does for the root what the real one does for the system, as far as the
// package asks: it remembers whether the service runs.
const systemctlOfTests = `#!/bin/sh
for word; do case $word in --) ;; -*) ;; *.service) ;; *) action=$word ;; esac; done
case $action in
is-enabled) [ ! -L "$DPKG_ROOT/etc/systemd/system/multi-user.target.wants/caucus.service" ] || echo enabled ;;
is-active) [ -f "$DPKG_ROOT/running" ] ;;
start) echo started >"$DPKG_ROOT/running" ;;
restart) echo restarted >"$DPKG_ROOT/running" ;;
stop) rm -f "$DPKG_ROOT/running" ;;
daemon-reload) ;;
*) echo "systemctl $*: not expected" >&2 && exit 1 ;;
esac
`

// A packaged is a system with nothing but what dpkg needs to install Caucus.
type packaged struct {
	t           *testing.T
	root, tools string
}

func newPackaged(t *testing.T) *packaged {
	t.Helper()
	p := &packaged{t, t.TempDir(), t.TempDir()}
	for _, dir := range []string{"var/lib/dpkg/info", "var/lib/dpkg/updates", "run/systemd/system"} {
		if err := os.MkdirAll(filepath.Join(p.root, dir), 0o755); err != nil { //nolint:gosec // as on any system
			t.Fatal(err)
		}
	}
	p.write("var/lib/dpkg/status", "", 0o644)
	if err := os.WriteFile(filepath.Join(p.tools, "systemctl"), []byte(systemctlOfTests), 0o700); err != nil { //nolint:gosec // a program
		t.Fatal(err)
	}
	return p
}

func (p *packaged) dpkg(args ...string) {
	p.t.Helper()
	cmd := exec.Command("dpkg", append([]string{"--root=" + p.root, "--log=" + p.root + "/log", "--force-script-chrootless", "--force-not-root", "--force-bad-path"}, args...)...)
	cmd.Env = append(os.Environ(), "PATH="+p.tools+":"+os.Getenv("PATH"), "LC_ALL=C")
	if out, err := cmd.CombinedOutput(); err != nil || bytes.Contains(out, []byte("not expected")) {
		p.t.Fatalf("dpkg %v: %v\n%s", args, err, out)
	}
}

func (p *packaged) write(name, text string, mode os.FileMode) {
	p.t.Helper()
	if err := os.WriteFile(filepath.Join(p.root, name), []byte(text), mode); err != nil {
		p.t.Fatal(err)
	}
}

func (p *packaged) read(name string) string {
	data, _ := os.ReadFile(filepath.Join(p.root, name)) // what is not there has no text
	return strings.TrimSpace(string(data))
}

const wants = "etc/systemd/system/multi-user.target.wants/caucus.service"

func (p *packaged) isEnabled() bool {
	_, err := os.Lstat(filepath.Join(p.root, wants))
	return err == nil
}

// state says how the service is.
func (p *packaged) state() string {
	s := p.read("running")
	if s == "" {
		s = "stopped"
	}
	if p.isEnabled() {
		return s + ", enabled"
	}
	return s + ", disabled"
}

// buildPackage makes a package with a program that says its version.
func buildPackage(t *testing.T, folder, version, arch string) string {
	t.Helper()
	binary := filepath.Join(folder, "caucus")
	if err := os.WriteFile(binary, []byte("#!/bin/sh\necho "+version+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(folder, "caucus_"+version+"_"+arch+".deb")
	cmd := exec.Command("../../scripts/deb", binary, version, arch, file)
	cmd.Env = append(os.Environ(), "SOURCE_DATE_EPOCH=1700000000")
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	return file
}

func architecture(t *testing.T) string {
	t.Helper()
	arch, err := exec.Command("dpkg", "--print-architecture").Output()
	if err != nil {
		t.Fatal(err)
	}
	return strings.TrimSpace(string(arch))
}

// isDebian reports whether this system has the tools of Debian's packages.
func isDebian(t *testing.T) bool {
	t.Helper()
	for _, tool := range []string{"dpkg", "dpkg-deb", "deb-systemd-helper", "deb-systemd-invoke"} {
		if _, err := exec.LookPath(tool); err != nil {
			t.Log("this is not Debian:", err)
			return false
		}
	}
	return true
}

// The package can be installed, upgraded, removed, installed again and purged. The service
// runs when it should, and nothing of the operator's goes before the purge.
func TestPackage(t *testing.T) {
	t.Parallel()
	if !isDebian(t) {
		return
	}
	arch, folder := architecture(t), t.TempDir()
	first, second := buildPackage(t, folder, "1.0", arch), buildPackage(t, folder, "2.0", arch)
	p := newPackaged(t)
	off := func() { // systemctl disable --now
		if err := os.Remove(filepath.Join(p.root, wants)); err != nil {
			t.Fatal(err)
		}
		if err := os.Remove(filepath.Join(p.root, "running")); err != nil {
			t.Fatal(err)
		}
	}
	for _, step := range []struct {
		name          string
		do            func()
		state, binary string
	}{
		{"install", func() { p.dpkg("-i", first) }, "started, enabled", "1.0"},
		{"upgrade", func() {
			p.write("etc/caucus/caucus.env", "CAUCUS_ADDR=:80", 0o640)
			if err := os.Mkdir(filepath.Join(p.root, "var/lib/caucus"), 0o700); err != nil {
				t.Fatal(err)
			}
			p.write("var/lib/caucus/ledger.db", "polls", 0o600)
			p.dpkg("-i", second)
		}, "restarted, enabled", "2.0"},
		{"remove", func() { p.dpkg("-r", "caucus") }, "stopped, enabled", ""},
		{"install again", func() { p.dpkg("-i", second) }, "restarted, enabled", "2.0"},
		{"upgrade what is off", func() { off(); p.dpkg("-i", second) }, "stopped, disabled", "2.0"},
		{"remove what is off", func() { p.dpkg("-r", "caucus") }, "stopped, disabled", ""},
		{"install again what is off", func() { p.dpkg("-i", second) }, "stopped, disabled", "2.0"},
		{"remove again", func() { p.dpkg("-r", "caucus") }, "stopped, disabled", ""},
	} {
		step.do()
		if got := p.state(); got != step.state {
			t.Errorf("%s: %s, not %s", step.name, got, step.state)
		}
		if got := strings.TrimPrefix(p.read("usr/bin/caucus"), "#!/bin/sh\necho "); got != step.binary {
			t.Errorf("%s: the program is %q, not %q", step.name, got, step.binary)
		}
		if step.name != "install" && (p.read("etc/caucus/caucus.env") != "CAUCUS_ADDR=:80" || p.read("var/lib/caucus/ledger.db") != "polls") {
			t.Errorf("%s: what is the operator's is gone", step.name)
		}
	}
	p.dpkg("-P", "caucus")
	for _, gone := range []string{"etc/caucus", "var/lib/caucus", "lib/systemd/system/caucus.service", wants} {
		if _, err := os.Lstat(filepath.Join(p.root, gone)); !os.IsNotExist(err) {
			t.Errorf("purge leaves %s: %v", gone, err)
		}
	}
	p.dpkg("-i", first)
	if got := p.state(); got != "started, enabled" {
		t.Errorf("after a purge: %s", got)
	}
}

// The same binary makes the same bytes; and of the packages of a release the lines in the
// docs install the one for this machine.
func TestPackagesOfARelease(t *testing.T) {
	t.Parallel()
	if !isDebian(t) {
		return
	}
	folder, again := t.TempDir(), t.TempDir()
	for _, arch := range []string{"amd64", "arm64"} {
		one, err := os.ReadFile(buildPackage(t, folder, "1.0", arch))
		if err != nil {
			t.Fatal(err)
		}
		other, err := os.ReadFile(buildPackage(t, again, "1.0", arch))
		if err != nil || !bytes.Equal(one, other) {
			t.Errorf("%s: two packages of one binary differ, %v", arch, err)
		}
	}
	for _, page := range []string{"README.md", "docs/deploy.md"} {
		text, err := os.ReadFile("../../" + page)
		if err != nil {
			t.Fatal(err)
		}
		line := regexp.MustCompile(`apt install (\./caucus.+?\.deb)`).FindSubmatch(text)
		if line == nil {
			t.Fatalf("%s installs nothing", page)
		}
		cmd := exec.Command("sh", "-c", "echo "+string(line[1]))
		cmd.Dir = folder
		if out, err := cmd.Output(); err != nil || string(out) != "./caucus_1.0_"+architecture(t)+".deb\n" {
			t.Errorf("%s: apt install %s, %v", page, out, err)
		}
	}
}
