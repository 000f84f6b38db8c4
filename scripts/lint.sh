#!/bin/sh
# Static analysis beyond vet: staticcheck and five small analyzers (lint/).
set -eu
cd "$(dirname "$0")/.."
(cd lint && go build -o ../out/lint .)
./out/lint ./...
