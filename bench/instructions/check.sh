#!/usr/bin/env bash
# Counts instructions with callgrind and compares them with counts.txt, within 5 %. Counted, not timed: a
# noisy machine does not matter. With CHARMSIM_REWRITE_GOLDEN set it writes the file anew.
set -euo pipefail

program=$1
compiler=$2
folder=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")" && pwd)
kept=$folder/counts.txt

if ! command -v valgrind > /dev/null; then
  echo "SKIPPED: valgrind is not installed"
  exit 77
fi
out=$(mktemp -d)
trap 'rm -rf "$out"' EXIT

count() {
  valgrind --tool=callgrind --toggle-collect='*counted_*' --callgrind-out-file="$out/$1" \
    "$program" "$1" > /dev/null 2> "$out/log" || { cat "$out/log" >&2; exit 1; }
  sed -n 's/^\(summary\|totals\): //p' "$out/$1" | head -n 1
}

names=(deployment failovers leader-elected peer-relation-changed postgresql-pebble-ready)
if [[ -n ${CHARMSIM_REWRITE_GOLDEN-} ]]; then
  {
    echo "# Instructions, counted by callgrind with $compiler; check.sh compares within 5 %."
    for name in "${names[@]}"; do
      now=$(count "$name")
      echo "$name $now"
    done
  } > "$out/counts"
  mv "$out/counts" "$kept"
  cat "$kept"
  exit 0
fi

if ! head -n 1 "$kept" | grep -qF "with $compiler;"; then
  echo "SKIPPED: counts.txt was written with another compiler than $compiler"
  exit 77
fi
failed=0
for name in "${names[@]}"; do
  before=$(sed -n "s/^$name //p" "$kept")
  now=$(count "$name")
  percent=$(awk -v a="$now" -v b="$before" 'BEGIN { printf "%.1f", (a - b) * 100 / b }')
  echo "$name: $now instructions, $percent % of change"
  awk -v p="$percent" 'BEGIN { exit !(p > 5 || p < -5) }' && failed=1
done
if ((failed)); then
  echo "more than 5 % from counts.txt; if it is meant: CHARMSIM_REWRITE_GOLDEN=1 ctest -R instructions"
fi
exit "$failed"
