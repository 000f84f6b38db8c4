# The commands of the house. `make run` and `make test` are all a newcomer needs.

GO      ?= go
TAGS    := netgo,osusergo
VERSION := $(shell git describe --tags --always 2>/dev/null || echo dev)

.PHONY: build run test lint generate short mutate hostile crash bench pictures clean

build: ## one static file
	CGO_ENABLED=0 $(GO) build -trimpath -ldflags "-s -w -X main.version=$(VERSION)" -o croft .

run: build ## builds, starts, prints the address to open
	./croft serve

generate: ## pages from their templates
	$(GO) tool templ generate -path templates

short: ## the quick tests, without network and browser
	$(GO) test -short ./...

test: ## everything: installs what it needs, then all tests under the race detector
	@sh scripts/prepare.sh
	@sh scripts/check.sh
	CGO_ENABLED=1 $(GO) test -race -shuffle=on -tags $(TAGS) -timeout 14m ./...

lint:
	@sh scripts/lint.sh

mutate: ## breaks each decision of the door in turn; some test must notice (a quarter of an hour)
	cd lint && $(GO) build -o ../out/mutate ./mutate
	./out/mutate

hostile: ## hostile connections, with the half minute that a body may take
	$(GO) test . -count=1 -v -run 'TestHostileConnections|TestListenerTimes' -slow-bodies

KILLS ?= 50
crash: ## kills the program at random and counts what it had promised; then a control that must lose
	$(GO) test ./crash -count=1 -v -timeout 30m -run TestKill -kills $(KILLS) -apart 7s -whole
	$(GO) test ./crash -count=1 -v -timeout 30m -run TestControl -kills 10 -control

bench: ## measures the built program over HTTP; keep the machine quiet
	$(GO) run ./bench

pictures: ## makes docs/pictures anew: a furnished home in a browser, under a fixed clock (two minutes)
	@sh scripts/pictures.sh

clean:
	rm -rf croft out
