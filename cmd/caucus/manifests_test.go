package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.yaml.in/yaml/v2"
)

const deployDir = "../../deploy"

// drainTime is how long the server may take to end: its sockets, then its polls.
const drainTime = 30 * time.Second

// parseArgs returns what the program makes of the arguments in a manifest.
func parseArgs(t *testing.T, args []string) *config {
	t.Helper()
	c, err := parseFlags(args, env(), io.Discard)
	if err != nil {
		t.Fatalf("%q: %v", args, err)
	}
	if c.addr != ":3000" || c.data != "/data" {
		t.Errorf("%q: it listens on %s, with its data in %s", args, c.addr, c.data)
	}
	return c
}

// sameCluster checks that servers name each other, and themselves.
func sameCluster(t *testing.T, servers []*config) {
	t.Helper()
	var members []string
	for _, c := range servers {
		members = append(members, c.cluster)
		if !slices.Equal(c.peers, servers[0].peers) || c.clusterKeyFile == "" {
			t.Errorf("%+v", c)
		}
	}
	if diff := cmp.Diff(members, servers[0].peers); diff != "" {
		t.Errorf("members and peers: %s", diff)
	}
}

// The image has what scripts/release makes, and starts with flags that there are.
func TestDockerfile(t *testing.T) {
	text, err := os.ReadFile(filepath.Join(deployDir, "docker/Dockerfile"))
	if err != nil {
		t.Fatal(err)
	}
	release, err := os.ReadFile("../../scripts/release")
	if err != nil {
		t.Fatal(err)
	}
	var command []string
	got := map[string]string{}
	for line := range strings.Lines(string(text)) {
		instruction, rest, _ := strings.Cut(strings.TrimSpace(line), " ")
		switch instruction {
		case "", "#":
			continue
		case "COPY":
			fields := strings.Fields(rest)
			if source := fields[len(fields)-2]; !strings.Contains(string(release), "dist/image/"+source) {
				t.Errorf("scripts/release does not make %s", source)
			}
		case "ENTRYPOINT", "CMD":
			var part []string
			if err := json.Unmarshal([]byte(rest), &part); err != nil {
				t.Errorf("%s: %v", line, err)
			}
			command = append(command, part...)
		case "FROM", "USER", "VOLUME", "EXPOSE":
			got[instruction] = rest
		default:
			t.Errorf("%s", line)
		}
	}
	if diff := cmp.Diff(map[string]string{"FROM": "scratch", "USER": "65534:65534", "VOLUME": "/data", "EXPOSE": "3000"}, got); diff != "" {
		t.Error(diff)
	}
	if command[0] != "/caucus" {
		t.Errorf("%q", command)
	}
	parseArgs(t, command[1:])
}

// A composition is a Compose file.
type composition struct {
	Services map[string]struct {
		Image string
		Build struct{ Context, Dockerfile string }
		Ports, Volumes, Command,
		Secrets []string
		Grace string `yaml:"stop_grace_period"`
	}
	Volumes map[string]any
	Secrets map[string]struct{ File string }
}

// What services of Compose files mount there is, and together they are one server or a cluster.
func TestCompose(t *testing.T) {
	for name, size := range map[string]int{"compose.yaml": 1, "cluster.yaml": 3} {
		var c composition
		readManifests(t, filepath.Join("docker", name), func(doc []byte) {
			if err := yaml.Unmarshal(doc, &c); err != nil {
				t.Fatal(err)
			}
		})
		var servers []*config
		built := 0
		for service, s := range c.Services {
			if s.Command == nil {
				s.Command = []string{"-data", "/data"} // the image's
			}
			server := parseArgs(t, s.Command)
			servers = append(servers, server)
			if host, _, _ := strings.Cut(server.cluster, ":"); size > 1 && host != service {
				t.Errorf("%s: %s says that it is %s", name, service, host)
			}
			if grace, err := time.ParseDuration(s.Grace); err != nil || grace <= drainTime {
				t.Errorf("%s: %s has %s to end", name, service, s.Grace)
			}
			if s.Build.Context != "" {
				built++
				if _, err := os.Stat(filepath.Join(deployDir, "docker", s.Build.Context, s.Build.Dockerfile)); err != nil && !strings.HasPrefix(s.Build.Context, "../../dist/") {
					t.Error(err)
				}
			}
			for _, port := range s.Ports {
				if !strings.HasSuffix(port, ":3000") {
					t.Errorf("%s: %s", name, port)
				}
			}
			for _, mount := range s.Volumes {
				volume, path, _ := strings.Cut(mount, ":")
				if _, ok := c.Volumes[volume]; !ok || path != "/data" {
					t.Errorf("%s: %s", name, mount)
				}
			}
			for _, secret := range s.Secrets {
				if c.Secrets[secret].File == "" || server.clusterKeyFile != "/run/secrets/"+secret {
					t.Errorf("%s: %s", name, secret)
				}
			}
		}
		if len(servers) != size || built != 1 {
			t.Errorf("%s: %d servers, %d of them built", name, len(servers), built)
		}
		if size > 1 {
			slices.SortFunc(servers, func(a, b *config) int {
				return slices.Index(a.peers, a.cluster) - slices.Index(b.peers, b.cluster)
			})
			sameCluster(t, servers)
		}
	}
}

// readManifests hands over the documents of a YAML file, in which no key is there twice.
func readManifests(t *testing.T, name string, use func(doc []byte)) {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(deployDir, name))
	if err != nil {
		t.Fatal(err)
	}
	for doc := range bytes.SplitSeq(text, []byte("\n---\n")) {
		var whole map[string]any
		if err := yaml.UnmarshalStrict(doc, &whole); err != nil || len(whole) == 0 {
			t.Fatalf("%s: %v", name, err)
		}
		use(doc)
	}
}

// An object is one of Kubernetes, as far as those here go.
type object struct {
	APIVersion string `yaml:"apiVersion"`
	Kind       string
	Metadata   struct{ Name string }
	Spec       struct {
		ServiceName string `yaml:"serviceName"`
		Replicas    int
		Selector    any
		PodSelector any `yaml:"podSelector"`
		Ports       []struct {
			Port       int
			TargetPort string `yaml:"targetPort"`
		}
		Template struct {
			Metadata struct{ Labels map[string]string }
			Spec     struct {
				Grace      int `yaml:"terminationGracePeriodSeconds"`
				Containers []container
				Volumes    []struct{ Name string }
			}
		}
		Claims []struct{ Metadata struct{ Name string } } `yaml:"volumeClaimTemplates"`
	}
}

type container struct {
	Name, Image string
	Args        []string
	Ports       []struct{ Name string }
	Startup     probe                              `yaml:"startupProbe"`
	Liveness    probe                              `yaml:"livenessProbe"`
	Readiness   probe                              `yaml:"readinessProbe"`
	Mounts      []struct{ Name, MountPath string } `yaml:"volumeMounts"`
}

type probe struct {
	Get struct{ Path, Port string } `yaml:"httpGet"`
}

// The objects of a Kubernetes file fit each other, and the program.
func TestKubernetes(t *testing.T) {
	server := start(t, env(), "-data", t.TempDir())
	defer server.end()
	for name, replicas := range map[string]int{"one.yaml": 1, "three.yaml": 3} {
		objects := map[string]object{}
		readManifests(t, filepath.Join("kubernetes", name), func(doc []byte) {
			var o object
			if err := yaml.Unmarshal(doc, &o); err != nil {
				t.Fatal(err)
			}
			objects[o.Kind+" "+o.Metadata.Name] = o
		})
		set := objects["StatefulSet caucus"]
		pod := set.Spec.Template.Spec
		if set.APIVersion != "apps/v1" || set.Spec.Replicas != replicas || len(pod.Containers) != 1 || time.Duration(pod.Grace)*time.Second <= drainTime {
			t.Fatalf("%s: %+v", name, set)
		}
		c := pod.Containers[0]
		checkPod(t, server, c)
		checkSelectors(t, name, objects, set.Spec.Template.Metadata.Labels, c)
		volumes := []string{}
		for _, v := range pod.Volumes {
			volumes = append(volumes, v.Name)
		}
		for _, v := range set.Spec.Claims {
			volumes = append(volumes, v.Metadata.Name)
		}
		for _, m := range c.Mounts {
			if !slices.Contains(volumes, m.Name) {
				t.Errorf("%s: nothing is mounted as %s", name, m.Name)
			}
		}
		var servers []*config
		for i := range replicas {
			args := slices.Clone(c.Args)
			for j := range args {
				args[j] = strings.ReplaceAll(args[j], "$(POD)", fmt.Sprintf("%s-%d", set.Metadata.Name, i))
			}
			servers = append(servers, parseArgs(t, args))
		}
		if replicas > 1 {
			sameCluster(t, servers)
			if host := "." + set.Spec.ServiceName + ":"; !strings.Contains(servers[0].cluster, host) || objects["Service "+set.Spec.ServiceName].Kind == "" {
				t.Errorf("%s: the servers are called %s", name, servers[0].cluster)
			}
		}
	}
}

// checkPod asks a server what the probes ask.
func checkPod(t *testing.T, server *process, c container) {
	t.Helper()
	for _, p := range []probe{c.Startup, c.Liveness, c.Readiness} {
		if p.Get.Path == "" && p == c.Startup {
			continue
		}
		if status, _ := server.do(http.MethodGet, p.Get.Path, ""); status != http.StatusOK || p.Get.Port != "http" {
			t.Errorf("%+v: %d", p, status)
		}
	}
}

// checkSelectors checks that all objects are about the pods, and lead to their ports.
func checkSelectors(t *testing.T, name string, objects map[string]object, labels map[string]string, c container) {
	t.Helper()
	want := regexp.MustCompile(`\bapp:` + labels["app"] + `\b`)
	kinds := []string{}
	for _, o := range objects {
		kinds = append(kinds, o.Kind)
		if selector := fmt.Sprint(o.Spec.Selector, o.Spec.PodSelector); labels["app"] == "" || !want.MatchString(selector) {
			t.Errorf("%s: %s %s selects %s", name, o.Kind, o.Metadata.Name, selector)
		}
		for _, p := range o.Spec.Ports {
			if !slices.ContainsFunc(c.Ports, func(known struct{ Name string }) bool { return known.Name == p.TargetPort }) {
				t.Errorf("%s: %s leads to port %s", name, o.Metadata.Name, p.TargetPort)
			}
		}
	}
	for _, kind := range []string{"Service", "PodDisruptionBudget"} {
		if !slices.Contains(kinds, kind) {
			t.Errorf("%s has no %s", name, kind)
		}
	}
}
