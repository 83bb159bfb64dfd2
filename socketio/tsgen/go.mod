module github.com/caucus-live/caucus/socketio/tsgen

go 1.26.0

require (
	github.com/caucus-live/caucus/socketio v0.1.0
	github.com/google/go-cmp v0.7.0
	golang.org/x/tools v0.52.0
)

require (
	github.com/gobwas/httphead v0.1.0 // indirect
	github.com/gobwas/ws v1.5.0 // indirect
	golang.org/x/mod v0.42.0 // indirect
	golang.org/x/sync v0.24.0 // indirect
)

replace github.com/caucus-live/caucus/socketio => ../
