module github.com/caucus-live/caucus/socketio/admin

go 1.26.0

require (
	github.com/caucus-live/caucus/socketio v0.1.0
	github.com/google/go-cmp v0.7.0
	go.uber.org/goleak v1.3.0
	golang.org/x/crypto v0.54.0
)

require (
	github.com/gobwas/httphead v0.1.0 // indirect
	github.com/gobwas/ws v1.5.0 // indirect
)

replace github.com/caucus-live/caucus/socketio => ../
