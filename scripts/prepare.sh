#!/bin/sh
# Installs what the tests need beside Go: a C compiler for the race detector,
# Chromium for the browser tests, real clients of the API from Debian, and real
# peers and clients from npm. Quick when all is
# there already.
set -eu
cd "$(dirname "$0")/.."

missing=""
command -v gcc >/dev/null 2>&1 || missing="$missing gcc libc6-dev"
command -v chromium >/dev/null 2>&1 || missing="$missing chromium"
command -v npm >/dev/null 2>&1 || missing="$missing nodejs npm"
command -v toot >/dev/null 2>&1 || missing="$missing toot"
/usr/bin/python3 -c "import mastodon" >/dev/null 2>&1 || missing="$missing python3-mastodon"
if [ -n "$missing" ]; then
	if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null 2>&1; then
		echo "make test needs these programs; please install them:$missing" >&2
		exit 1
	fi
	apt-get update -qq
	# shellcheck disable=SC2086
	DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $missing >/dev/null
fi

if [ -f interop/package.json ] && { [ ! -d interop/node_modules ] || [ interop/package-lock.json -nt interop/node_modules ]; }; then
	(cd interop && npm ci --no-audit --no-fund --loglevel=error && touch node_modules)
fi
