#!/usr/bin/env bash
# build.sh FOLDER: builds the pinned jujuc and juju_tools there, unless they stand there already. Needs
# Go 1.21 or newer, and some minutes; modules come from the Go module proxy, and their sums are those
# of go.sum. What is built is kept in ${XDG_CACHE_HOME:-~/.cache}/charmed-postgresql-rig, too.
set -euo pipefail

here=$(cd -- "$(dirname -- "$(readlink -f -- "${BASH_SOURCE[0]}")")" && pwd)
output=$1

if ! command -v go >/dev/null; then
  echo "There is no Go on the PATH: Juju's hook tools cannot be built." >&2
  exit 1
fi
mkdir -p "$output"
output=$(cd -- "$output" && pwd)
cache=${XDG_CACHE_HOME:-$HOME/.cache}/charmed-postgresql-rig
kept=$cache/juju-$(cd "$here" && cat go.mod go.sum ./*.go build.sh | sha256sum | cut -c1-16)
mkdir -p "$cache"
exec 9>"$kept.lock"
flock 9
cd "$here"
if [[ ! -x $kept/juju_tools ]]; then
  # Whole or not at all: what an interrupted build leaves is none.
  rm -rf "$kept.new"
  mkdir "$kept.new"
  export GOTOOLCHAIN=local GOFLAGS=-mod=readonly CGO_ENABLED=0
  nice -n 15 go build -trimpath -buildvcs=false -o "$kept.new/jujuc" github.com/juju/juju/cmd/jujuc
  nice -n 15 go build -trimpath -buildvcs=false -o "$kept.new/juju_tools" .
  rm -rf "$kept"
  mv "$kept.new" "$kept"
fi
cp "$kept/jujuc" "$kept/juju_tools" "$output"
