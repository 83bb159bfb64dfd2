module github.com/caucus-live/caucus/bench/adapters

go 1.26.0

require (
	github.com/caucus-live/caucus/socketio v0.1.0
	github.com/caucus-live/caucus/socketio/adapter/nats v0.1.0
	github.com/caucus-live/caucus/socketio/adapter/redis v0.1.0
	github.com/nats-io/nats-server/v2 v2.15.3
	github.com/nats-io/nats.go v1.55.0
	github.com/redis/go-redis/v9 v9.23.0
	golang.org/x/sys v0.50.0
)

require (
	github.com/antithesishq/antithesis-sdk-go v0.9.0-default-no-op // indirect
	github.com/cespare/xxhash/v2 v2.3.0 // indirect
	github.com/gobwas/httphead v0.1.0 // indirect
	github.com/gobwas/ws v1.5.0 // indirect
	github.com/google/go-tpm v0.9.8 // indirect
	github.com/klauspost/compress v1.20.4 // indirect
	github.com/minio/highwayhash v1.0.4 // indirect
	github.com/nats-io/jwt/v2 v2.8.3 // indirect
	github.com/nats-io/nkeys v0.4.17 // indirect
	github.com/nats-io/nuid v1.0.1 // indirect
	go.uber.org/atomic v1.12.0 // indirect
	golang.org/x/crypto v0.58.0 // indirect
	golang.org/x/time v0.16.0 // indirect
)

replace (
	github.com/caucus-live/caucus/socketio => ../../socketio
	github.com/caucus-live/caucus/socketio/adapter/nats => ../../socketio/adapter/nats
	github.com/caucus-live/caucus/socketio/adapter/redis => ../../socketio/adapter/redis
)
