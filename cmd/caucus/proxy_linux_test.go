package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// wrappers are what a configuration needs around it to run as a test: in a folder of
// its own, in the foreground. {dir} stands for the folder.
var wrappers = map[string]string{
	"nginx": "daemon off; user root; pid {dir}/pid; error_log stderr; events {} http { access_log off; server_names_hash_bucket_size 128;\n" +
		"client_body_temp_path {dir}/1; proxy_temp_path {dir}/2; fastcgi_temp_path {dir}/3; uwsgi_temp_path {dir}/4; scgi_temp_path {dir}/5;\n{config}\n}\n",
	"nginx stream": "{modules} daemon off; user root; pid {dir}/pid; error_log stderr; events {}\n{config}\n",
	"haproxy":      "{config}\n",
	"caddy":        "{\n\tadmin off\n\tauto_https off\n\tstorage file_system {dir}\n}\n{config}\n",
	"apache": "ServerRoot {dir}\nPidFile {dir}/pid\nServerName localhost\nDefaultRuntimeDir {dir}\nErrorLog /dev/stderr\nMutex file:{dir}\n{modules}\n" +
		"Listen {listen}\n{config}\n",
}

// commands run a configuration.
var commands = map[string][]string{
	"nginx":   {"nginx", "-p", "{dir}", "-c", "{file}"},
	"haproxy": {"haproxy", "-db", "-q", "-f", "{file}"},
	"caddy":   {"caddy", "run", "--adapter", "caddyfile", "--config", "{file}"},
	"apache":  {"apache2", "-d", "{dir}", "-f", "{file}", "-D", "FOREGROUND"},
}

// modules are those that Debian's packages enable, and those that the page asks for.
func modules(program string) string {
	var lines strings.Builder
	if program == "nginx" {
		const stream = "/usr/lib/nginx/modules/ngx_stream_module.so"
		if _, err := os.Stat(stream); err == nil { // else it is built in
			fmt.Fprintf(&lines, "load_module %s;", stream)
		}
		return lines.String()
	}
	for _, name := range []string{"mpm_event", "authz_core", "proxy", "proxy_http", "headers", "socache_shmcb", "ssl", "http2"} {
		fmt.Fprintf(&lines, "LoadModule %s_module /usr/lib/apache2/modules/mod_%[1]s.so\n", name)
	}
	return lines.String()
}

// runProxy starts a program with a configuration whose ports, names and certificates it
// replaces by those of the test, in front of servers.
func runProxy(t *testing.T, program, config, path string, servers ...string) *proxy {
	t.Helper()
	dir, listen := t.TempDir(), freeAddress(t)
	tls := strings.Contains(config, "/etc/ssl/") || strings.Contains(config, "https://")
	p := &proxy{url: "http://" + listen + path}
	replace := []string{
		"{dir}", dir, "{modules}", modules(program), "{listen}", listen,
		"listen 80", "listen " + listen, "listen 443", "listen " + listen, "listen 4222", "listen " + listen,
		"bind :80", "bind " + listen, "bind :443", "bind " + listen, "bind :4222", "bind " + listen,
		"*:80", listen, "*:443", listen,
		"http://polls.example {", "http://" + listen + " {\n\tbind 127.0.0.1",
		"https://example.org {", "https://localhost:" + port(listen) + " {\n\tbind 127.0.0.1\n\ttls " + dir + "/fullchain.pem " + dir + "/key.pem",
		"/etc/ssl/", dir + "/",
		"polls.example", "localhost", "example.org", "localhost", "nats.example", "localhost",
	}
	for i, server := range servers {
		server = strings.TrimPrefix(server, "http://")
		replace = append(replace, fmt.Sprintf("127.0.0.1:%d", 3000+i), server, fmt.Sprintf("10.0.0.1%d:4222", 1+i), server, fmt.Sprintf("10.0.0.1%d:8080", 1+i), server)
	}
	if tls {
		p.url, p.root = "https://localhost:"+port(listen)+path, filepath.Join(dir, "root.pem")
		writeCertificates(t, dir)
	}
	file := filepath.Join(dir, "config")
	wrapper := wrappers[program]
	if strings.HasPrefix(config, "stream {") {
		wrapper = wrappers["nginx stream"]
	}
	text := strings.NewReplacer(replace...).Replace(strings.ReplaceAll(wrapper, "{config}", config))
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	var args []string
	for _, arg := range commands[program] {
		args = append(args, strings.NewReplacer("{dir}", dir, "{file}", file).Replace(arg))
	}
	startProxy(t, listen, dir, args)
	return p
}
