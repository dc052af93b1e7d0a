#!/usr/bin/env bash
# Runs a Python script with exactly the packages that a requirements file pins, from a virtual
# environment of its own. Usage: with_venv.sh REQUIREMENTS FOLDER SCRIPT [ARGUMENT...]
set -euo pipefail

requirements=$1 folder=$2
shift 2

# fail WHY: never skipped, since a comparison that has not run has not agreed.
fail() {
  echo "FAILED: $1" >&2
  [[ -s $folder.log ]] && cat "$folder.log" >&2
  exit 1
}

mkdir -p "$(dirname -- "$folder")"
exec 9>"$folder.lock"
flock 9
: >"$folder.log"
if ! cmp -s "$requirements" "$folder/requirements.txt"; then
  python3 -m venv --clear "$folder" >"$folder.log" 2>&1 ||
    fail "no virtual environment can be made: python3 with venv and pip is needed (packages python3-venv, python3-pip)"
  "$folder/bin/pip" install --disable-pip-version-check --quiet --require-hashes \
    --requirement "$requirements" >"$folder.log" 2>&1 ||
    fail "pip cannot install what $requirements pins: its package index must be reachable"
  cp "$requirements" "$folder/requirements.txt"
fi
flock --unlock 9
PYTHONDONTWRITEBYTECODE=1 exec "$folder/bin/python" "$@"
