#!/usr/bin/env bash
# build.sh OUTPUT: builds the pinned Pebble, unless it stands there already. Needs Go 1.24.6 or newer;
# modules come from the Go module proxy, and their sums are those of go.sum.
set -euo pipefail

here=$(cd -- "$(dirname -- "$(readlink -f -- "${BASH_SOURCE[0]}")")" && pwd)
output=$1

if ! command -v go >/dev/null; then
  echo "There is no Go on the PATH: Pebble cannot be built." >&2
  exit 1
fi
mkdir -p "$(dirname -- "$output")"
output=$(cd -- "$(dirname -- "$output")" && pwd)/$(basename -- "$output")
exec 9>"$output.lock"
flock 9
if [[ -x $output && $output -nt $here/go.mod && $output -nt $here/go.sum && $output -nt $here/build.sh ]]; then
  exit 0
fi
cd "$here"
# Whole or not at all: what an interrupted build leaves is no Pebble.
GOTOOLCHAIN=local GOFLAGS=-mod=readonly CGO_ENABLED=0 nice -n 5 \
  go build -trimpath -buildvcs=false -o "$output.new" github.com/canonical/pebble/cmd/pebble
mv "$output.new" "$output"
