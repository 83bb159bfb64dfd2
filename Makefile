# Two commands matter: `make run` and `make test`. Each sets up what it needs.

.DEFAULT_GOAL := help
SHELL := /usr/bin/env bash
.SHELLFLAGS := -euo pipefail -c

BIN := bin
CAUCUS := $(BIN)/caucus
GOLANGCI_VERSION := v2.15.0
GOLANGCI := $(BIN)/golangci-lint-$(GOLANGCI_VERSION)
TOOL := go tool -modfile=tools.mod

# What these commands build is for running, not for a debugger: without information for one the compiler takes a tenth
# less time. Stack traces and profiles name lines all the same.
export GOFLAGS += -gcflags=all=-dwarf=false

NPM := npm --no-fund --no-audit --loglevel=error
WEB_SOURCES := $(shell find web -path web/node_modules -prune -o -name dist -prune -o -type f -print 2>/dev/null)
EXAMPLE_SOURCES := $(shell find examples -name node_modules -prune -o -name dist -prune -o -type f -not -name '*.go' -print 2>/dev/null)

## run: build what is stale and start the server on http://localhost:3000
.PHONY: run
run:
	@$(MAKE) --no-print-directory -j 2 build
	./$(CAUCUS) $(ARGS)

## build: the server with the web client inside, as bin/caucus
.PHONY: build
build: dependencies web/dist/index.html
	@mkdir -p $(BIN)
	go build -o $(CAUCUS) ./cmd/caucus

# Four fifths of what a first build compiles. It needs no pages, so make run does it while npm fetches and builds these.
.PHONY: dependencies
dependencies:
	@go build ./internal/ballotfile ./internal/cluster ./internal/ledger/sqlite

## example: one of the programs under examples/ on http://localhost:8080 (NAME=chat, cursors or react)
.PHONY: example
example: examples/react/dist/index.html
	go run ./examples/$(or $(NAME),chat) $(ARGS)

# Three at a time, because each waits half of its time; the longest first, but for the modules, which find compiled
# what they share with the product.
## test: everything: Go with the race detector, the web client, whole systems in a real browser
.PHONY: test
test: test-programs
	@$(MAKE) --no-print-directory -j 3 test-ready
	@$(MAKE) --no-print-directory -j 3 test-product test-e2e test-web test-modules test-interop

# What the parts are made of, before any of them: a part that waits for something to be built loses its turn.
.PHONY: test-ready
test-ready: build web/gallery/dist/index.html examples/react/dist/index.html e2e/node_modules/.package-lock.json \
	conformance/interop/node_modules/.package-lock.json

# One after the other, because apt-get refuses to run twice at a time.
## test-programs: install the programs of others that tests start, where they are missing
.PHONY: test-programs
test-programs:
	scripts/proxies
	scripts/redis >/dev/null
	scripts/python-socketio >/dev/null
	scripts/chromium >/dev/null

## test-go: the Go tests, with the race detector
.PHONY: test-go
test-go: test-product test-modules

# The product's module, and all others.
.PHONY: test-product
test-product: web/dist/index.html examples/react/dist/index.html
	scripts/proxies
	scripts/progress test-product scripts/test-go product

.PHONY: test-modules
test-modules:
	REDIS_SERVER="$$(scripts/redis)" && export REDIS_SERVER && scripts/progress test-modules scripts/test-go modules

## test-web: the web client's unit tests, its types and its size
.PHONY: test-web
test-web: web/dist/index.html
	cd web && ../scripts/progress test-web $(NPM) test && $(NPM) run size

## test-interop: our Socket.IO server with clients in JavaScript, Python and Go, our client with their servers
.PHONY: test-interop
test-interop: conformance/interop/node_modules/.package-lock.json
	@mkdir -p $(BIN)
	go build -o $(BIN)/conformance-server ./conformance/server
	go build -o $(BIN)/conformance-client ./conformance/client
	cd socketio/adapter/redis && go build -o $(CURDIR)/$(BIN)/conformance-redis ./interop
	cd socketio/adapter/redisstreams && go build -o $(CURDIR)/$(BIN)/conformance-redisstreams ./interop
	cd conformance/peers && go build -o $(CURDIR)/$(BIN)/conformance-zishang ./zishang
	PYTHON="$$(scripts/python-socketio)" && export PYTHON && REDIS_SERVER="$$(scripts/redis)" && export REDIS_SERVER && \
		cd conformance/interop && ../../scripts/progress test-interop $(NPM) test

## test-e2e: whole systems: real browsers, the real socket.io-client, crashes
.PHONY: test-e2e
test-e2e: build web/gallery/dist/index.html e2e/node_modules/.package-lock.json examples/react/dist/index.html
	@mkdir -p $(BIN)/examples
	go build -o $(BIN)/examples/ ./examples/chat ./examples/cursors ./examples/react
	go build -o $(BIN)/examples/originals/ ./examples/originals/...
	cd socketio/webtransport && go build -o $(CURDIR)/$(BIN)/examples/webtransport ./example
	cd socketio/admin && go build -o $(CURDIR)/$(BIN)/examples/admin ./example
	CHROMIUM="$$(scripts/chromium)" && export CHROMIUM && cd e2e && ../scripts/progress test-e2e $(NPM) test

## gallery: photograph every component of the web client in every state, into e2e/artifacts/gallery (STATES=lobby)
.PHONY: gallery
gallery: web/gallery/dist/index.html e2e/node_modules/.package-lock.json
	CHROMIUM="$$(scripts/chromium)" && export CHROMIUM && cd e2e && STATES="$(STATES)" $(NPM) run gallery

## screenshots: make the README's pictures, in docs/, from the real product
.PHONY: screenshots
screenshots: build e2e/node_modules/.package-lock.json
	CHROMIUM="$$(scripts/chromium)" && export CHROMIUM && cd e2e && $(NPM) run picture && $(NPM) run screenshots

# golangci-lint runs every analyzer of go vet: a vet beside it would compile and find the same once more.
## lint: go.mod files, golangci-lint with vet, and biome
.PHONY: lint
lint: $(GOLANGCI) web/dist/index.html e2e/node_modules/.package-lock.json examples/node_modules/.package-lock.json conformance/interop/node_modules/.package-lock.json
	scripts/modules go mod tidy -diff
	scripts/modules $(CURDIR)/$(GOLANGCI) run ./...
	cd web && $(NPM) run lint
	cd e2e && $(NPM) run lint
	cd examples && $(NPM) run lint
	cd conformance/interop && $(NPM) run lint

## cross: build and vet for the other systems we support
.PHONY: cross
cross: web/dist/index.html
	for system in windows darwin; do GOOS=$$system scripts/modules go vet ./... || exit 1; done
	for system in windows darwin; do GOOS=$$system go build -o /dev/null ./cmd/caucus || exit 1; done

## fmt: format everything
.PHONY: fmt
fmt: $(GOLANGCI) web/node_modules/.package-lock.json e2e/node_modules/.package-lock.json examples/node_modules/.package-lock.json conformance/interop/node_modules/.package-lock.json
	scripts/modules $(CURDIR)/$(GOLANGCI) fmt ./...
	cd web && $(NPM) run fmt
	cd e2e && $(NPM) run fmt
	cd examples && $(NPM) run fmt
	cd conformance/interop && $(NPM) run fmt

## generate: what is generated from the Go contract
.PHONY: generate
generate:
	scripts/modules go generate ./...

## bench: the Go benchmarks; with BASE=REVISION, compared with that revision, and failing if allocations grew
.PHONY: bench
bench: web/dist/index.html
	scripts/bench $(BASE)

## bench-poll: what docs/performance.md says of polls of up to 10,000 people, measured here
.PHONY: bench-poll
bench-poll: build
	./$(CAUCUS) load -bench

## bench-cluster: what docs/scaling.md says of three servers and 45,000 people, measured here (PEOPLE=3000)
.PHONY: bench-cluster
bench-cluster: build
	./$(CAUCUS) load -bench-cluster $(if $(PEOPLE),-people $(PEOPLE))

## sizes: what docs/sizes.md says of memory, disk and bandwidth, measured here
.PHONY: sizes
sizes: build
	./$(CAUCUS) load -sizes

## crash: kill the server 100 times while people vote, and check that nothing is lost
.PHONY: crash
crash: build
	./$(CAUCUS) load -people 200 -ballots 400 -reconnects 5 -slow 5 -retry 200ms -patience 10m -kills 100

## hostile: what has made servers like this one fall, played against it: memory, what a bystander notices, outcome
.PHONY: hostile
hostile: build
	go run ./conformance/hostile -program $(CAUCUS) $(ARGS)

## test-cluster: break three servers FAULTS times (200) while people vote, and check that nothing is lost (CLUSTERS=3: in three clusters at once)
.PHONY: test-cluster
test-cluster:
	go test -count=1 -v -timeout 24h -run TestClusterFaults -parallel $(or $(CLUSTERS),1) ./cmd/caucus -cluster-faults=$(or $(FAULTS),200) -cluster-count=$(or $(CLUSTERS),1)

## bench-peers: what our server and client cost beside others and the floor, with the goals (ARGS: see bench/main.go)
.PHONY: bench-peers
bench-peers: bench/reference/node_modules/.package-lock.json
	@$(MAKE) --no-print-directory bench/bun/node_modules/.package-lock.json || echo "Bun cannot be installed here; its column will be missing." >&2
	go run ./bench $(ARGS)

## bench-adapters: what a broadcast to another server costs over NATS and Redis, beside the JavaScript adapter (ARGS: see bench/adapters/main.go)
.PHONY: bench-adapters
bench-adapters: bench/adapters/node_modules/.package-lock.json
	REDIS_SERVER="$$(scripts/redis)" && export REDIS_SERVER && cd bench/adapters && go run . $(ARGS)

## bench-growth: cost against load for everything that can grow, with exponents (ARGS: see bench/growth/main.go)
.PHONY: bench-growth
bench-growth:
	go run ./bench/growth $(ARGS)

## fuzz: every fuzz target for FUZZTIME (30s)
.PHONY: fuzz
fuzz:
	scripts/fuzz

## mutants: changes to a package that its tests do not notice (PKG=./internal/tally, ARGS: see scripts/mutants)
.PHONY: mutants
mutants:
	go run ./scripts/mutants $(ARGS) $(or $(PKG),./internal/tally)

## models: play the ledgers beside their model ROUNDS times (1000)
.PHONY: models
models:
	go test -race -count=1 -timeout 24h -run '^(TestLedger|TestOneServer|TestThreeServers)$$/^Model' ./internal/ledger/memory ./internal/ledger/sqlite ./internal/ledger/jetstream -rapid.checks=$(or $(ROUNDS),1000)

## soak: ten minutes of random traffic, valid and invalid, from 500 connections (SOAK=10m)
.PHONY: soak
soak:
	go test -race -count=1 -v -timeout 24h -run TestSoak ./conformance/soak -soak=$(or $(SOAK),10m)

## release: binaries, Debian packages, a bill of materials and checksums, in dist/ (TARGETS=linux/amd64)
.PHONY: release
release: export GOFLAGS := # the same bytes, whoever builds them
release: web/dist/index.html
	scripts/release $(TARGETS)

## clean: remove what was built; data/ stays
.PHONY: clean
clean:
	rm -rf $(BIN) dist web/dist web/gallery/dist examples/*/dist */node_modules */*/node_modules e2e/artifacts

## help: this list
.PHONY: help
help:
	@sed -n 's/^## //p' $(MAKEFILE_LIST) | awk -F': ' '{printf "  make %-13s %s\n", $$1, substr($$0, length($$1)+3)}'

%/node_modules/.package-lock.json: %/package-lock.json
	cd $* && $(NPM) ci
	@touch $@

web/dist/index.html: web/node_modules/.package-lock.json $(WEB_SOURCES) internal/httpd/openapi.json
	cd web && $(NPM) run build
	@touch $@

web/gallery/dist/index.html: web/node_modules/.package-lock.json $(WEB_SOURCES)
	cd web && $(NPM) run gallery
	@touch $@

# One build makes the pages of all examples; this file stands for them.
examples/react/dist/index.html: examples/node_modules/.package-lock.json $(EXAMPLE_SOURCES)
	cd examples && $(NPM) run build
	@touch $@

$(GOLANGCI):
	@mkdir -p $(BIN)
	GOBIN="$(CURDIR)/$(BIN)" go install github.com/golangci/golangci-lint/v2/cmd/golangci-lint@$(GOLANGCI_VERSION)
	mv $(BIN)/golangci-lint $@
