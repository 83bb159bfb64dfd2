module github.com/caucus-live/caucus/socketio

go 1.26.0

require (
	github.com/gobwas/ws v1.5.0
	github.com/google/go-cmp v0.7.0
	go.uber.org/goleak v1.3.0
	golang.org/x/time v0.16.0
)

require github.com/gobwas/httphead v0.1.0 // indirect
