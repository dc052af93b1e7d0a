#!/usr/bin/env bash
# Follows GUIDE.md as a reader would, in an empty home: writes its files, makes its changes, runs
# its commands, compares what it says is seen. At the end the files are those of this folder.
# Usage: guide_test.sh BUILD_FOLDER; CXX and CXXFLAGS must be those of that build.
set -euo pipefail

source_folder=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")" && pwd)
build_folder=$(cd -- "$1" && pwd)
work=$build_folder/guide
export HOME=$work/home

failed() {
  echo "GUIDE.md:$block_line: $1" >&2
  [[ ! -f $work/output ]] || { echo "--- output:" && cat "$work/output"; } >&2
  exit 1
}

# write_file NAME: the block is the file.
write_file() {
  printf '%s' "$block" >"$here/$1"
}

# change_file NAME: the block's lines without `-` come instead of those without `+`.
change_file() {
  local before='' after='' line text
  while IFS= read -r line; do
    [[ $line == +* ]] || before+=${line:1}$'\n'
    [[ $line == -* ]] || after+=${line:1}$'\n'
  done <<<"${block%$'\n'}"
  text=$(cat "$here/$1" && echo .)
  [[ $text == *"$before"* ]] || failed "$1 does not say so"
  printf '%s' "${text/"$before"/"$after"}" >"$work/changed"
  truncate --size=-1 "$work/changed"
  cp "$work/changed" "$here/$1"
}

# run_commands CODE: they end with this code; the next block begins where they went.
run_commands() {
  local code=0
  printf 'trap "pwd >%q" EXIT\nset -e\n%s' "$work/here" "$block" >"$work/commands"
  (cd "$here" && bash "$work/commands") >"$work/output" 2>&1 || code=$?
  here=$(<"$work/here")
  ((code == $1)) || failed "the commands end with $code, not with $1"
}

# compare_output: each line of the block stands in the output, in this order; … is anything, and
# blanks are like one blank.
compare_output() {
  local wanted pattern line
  exec 3< <(sed 's/  */ /g' "$work/output")
  while IFS= read -r wanted; do
    [[ $wanted && $wanted != … ]] || continue
    pattern=$(printf '%s' "$wanted" | sed 's/  */ /g; s/[][\\*?]/\\&/g; s/^ *…/*/; s/…/*/g')
    while :; do
      IFS= read -r line <&3 || failed "is not seen: $wanted"
      # shellcheck disable=SC2053
      [[ $line != $pattern ]] || break
    done
  done <<<"$block"
  exec 3<&-
}

# check_packages: the block installs what the project's own scripts do.
check_packages() {
  local package
  source "$source_folder/../../.ci/packages.sh"
  for package in "${build_packages[@]}"; do
    [[ $package == ccache || " ${block//$'\n'/ } " == *" $package "* ]] || failed "lacks $package"
  done
}

# do_block INFO: what stands behind the opening fence says what the block is.
do_block() {
  case $1 in
    'diff title='*) change_file "${1#*title=}" ;;
    *title=*) write_file "${1#*title=}" ;;
    sh) run_commands 0 ;;
    'sh exits='*) run_commands "${1#*exits=}" ;;
    text) compare_output ;;
    console) check_packages ;; # the rest of it has built what this is a test of
    *) failed "nobody knows what to do with a block of $1" ;;
  esac
}

rm -rf "$work"
mkdir -p "$HOME"
cmake --install "$build_folder" --prefix "$HOME/charmsim" >"$work/install.log"
here=$HOME
block='' block_info='' block_line=0 line_number=0 blocks=0
while IFS= read -r line; do
  ((++line_number))
  if [[ $block_info && $line == '```' ]]; then
    do_block "$block_info"
    block='' block_info=''
    ((++blocks))
  elif [[ $block_info ]]; then
    block+=$line$'\n'
  elif [[ $line == '```'* ]]; then
    block_info=${line#'```'}
    block_line=$line_number
  fi
done <"$source_folder/GUIDE.md"

for file in "$source_folder"/*; do
  case ${file##*/} in
    GUIDE.md | *.sh) ;;
    *) diff -u "$file" "$here/${file##*/}" ;;
  esac
done
echo "followed $blocks blocks"
rm -rf "$work"
