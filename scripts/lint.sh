#!/bin/sh
# Static analysis beyond vet: staticcheck and five small analyzers (lint/). What
# they say of generated pages is nobody's to mend. Tests may leave contexts and
# bodies to the end of the test.
set -eu
cd "$(dirname "$0")/.."
(cd lint && go build -o ../out/lint .)
complaints=$(./out/lint -test=false ./... 2>&1 | grep -v '_templ\.go:' || true)
if [ -n "$complaints" ]; then
	echo "$complaints" >&2
	exit 1
fi
