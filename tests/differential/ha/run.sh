#!/usr/bin/env bash
# run.sh VERSION FOLDER DRIVER [ARGUMENTS of check.py]: holds DRIVER against patroni VERSION, in a
# virtual environment below FOLDER that is made once for each list of requirements.
set -euo pipefail

version=$1 folder=$2 driver=$3
shift 3
here=$(cd -- "$(dirname -- "$(readlink -f -- "${BASH_SOURCE[0]}")")" && pwd)
venv=$folder/patroni-$version
requirements=$(printf 'patroni==%s\n' "$version" && cat "$here/requirements.txt")

fail() {
  echo "FAILED: $1" >&2
  exit 1
}

command -v python3 >/dev/null || fail "there is no python3 (Debian: python3-venv, python3-pip)"
if [[ $(cat "$venv/installed.txt" 2>/dev/null) != "$requirements" ]]; then
  rm -rf "$venv"
  mkdir -p "$folder"
  python3 -m venv "$venv" ||
    fail "python3 cannot make a virtual environment (Debian: python3-venv, python3-pip)"
  # Without its dependencies: of a DCS client none is needed, as the DCS is a stub.
  "$venv/bin/pip" install --quiet --disable-pip-version-check --no-deps \
    --requirement /dev/stdin <<<"$requirements" ||
    fail "pip cannot install patroni $version and its pinned requirements"
  printf '%s\n' "$requirements" >"$venv/installed.txt"
fi
export PYTHONDONTWRITEBYTECODE=1 PYTHONHASHSEED=0
exec "$venv/bin/python" "$here/check.py" "$driver" "$@"
