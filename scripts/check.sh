#!/bin/sh
# What must hold before any test runs: formatting, vet, fresh generated files.
set -eu
cd "$(dirname "$0")/.."

unformatted=$(git ls-files '*.go' | xargs gofmt -l)
if [ -n "$unformatted" ]; then
	echo "gofmt would change:" >&2
	echo "$unformatted" >&2
	exit 1
fi
go vet -tags netgo,osusergo ./...
before=$(cat templates/*_templ.go | sha256sum)
go tool templ generate -path templates >/dev/null 2>&1
if [ "$before" != "$(cat templates/*_templ.go | sha256sum)" ]; then
	echo "templates/*_templ.go were not fresh; they are now: commit them (make generate)" >&2
	exit 1
fi
