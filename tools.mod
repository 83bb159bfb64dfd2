module github.com/caucus-live/caucus/tools

go 1.26.0

tool (
	github.com/caucus-live/caucus/socketio/tsgen
	golang.org/x/perf/cmd/benchstat
	mvdan.cc/gofumpt
)

require github.com/caucus-live/caucus/socketio/tsgen v0.0.0

require (
	github.com/aclements/go-moremath v0.0.0-20210112150236-f10218a38794 // indirect
	golang.org/x/mod v0.42.0 // indirect
	golang.org/x/perf v0.0.0-20260908200009-22c9c6c9d4da // indirect
	golang.org/x/sync v0.24.0 // indirect
	golang.org/x/tools v0.52.0 // indirect
	mvdan.cc/gofumpt v0.12.0 // indirect
)

replace github.com/caucus-live/caucus/socketio/tsgen => ./socketio/tsgen
