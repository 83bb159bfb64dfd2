module github.com/caucus-live/caucus/socketio/webtransport

go 1.26.0

require (
	github.com/caucus-live/caucus/socketio v0.0.0
	github.com/quic-go/webtransport-go v0.13.0
	go.uber.org/goleak v1.3.0
)

replace github.com/caucus-live/caucus/socketio => ../
