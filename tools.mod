module github.com/caucus-live/caucus/tools

go 1.26.0

tool (
	github.com/caucus-live/caucus/socketio/tsgen
	github.com/letsencrypt/pebble/v2/cmd/pebble
	golang.org/x/perf/cmd/benchstat
	mvdan.cc/gofumpt
)

require github.com/caucus-live/caucus/socketio/tsgen v0.1.0

require (
	github.com/aclements/go-moremath v0.0.0-20210112150236-f10218a38794 // indirect
	github.com/go-jose/go-jose/v4 v4.1.8 // indirect
	github.com/letsencrypt/challtestsrv v1.4.2 // indirect
	github.com/letsencrypt/pebble/v2 v2.10.3 // indirect
	github.com/miekg/dns v1.1.62 // indirect
	golang.org/x/mod v0.42.0 // indirect
	golang.org/x/net v0.61.0 // indirect
	golang.org/x/perf v0.0.0-20260908200009-22c9c6c9d4da // indirect
	golang.org/x/sync v0.24.0 // indirect
	golang.org/x/sys v0.49.0 // indirect
	golang.org/x/tools v0.52.0 // indirect
	mvdan.cc/gofumpt v0.12.0 // indirect
)

replace github.com/caucus-live/caucus/socketio/tsgen => ./socketio/tsgen
