#!/usr/bin/env bash
# Builds and runs the charm of this folder with nothing but what `cmake --install` puts in place.
# Usage: check.sh BUILD_FOLDER; CXX and CXXFLAGS must be those of that build.
set -euo pipefail

source_folder=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")" && pwd)
project_folder=$(cd -- "$source_folder/../.." && pwd)
build_folder=$(cd -- "$1" && pwd)
work=$build_folder/example

# no_trace_of FOLDER WHERE...: the package and its user know nothing of the checkout.
no_trace_of() {
  if grep -rlF "$1/" "${@:2}" >&2; then
    echo "These name $1, where the project was built." >&2
    exit 1
  fi
}

rm -rf "$work"
mkdir -p "$work"
cmake --install "$build_folder" --prefix "$work/package" >"$work/install.log"
# Elsewhere, so that no path leads back by accident.
mkdir "$work/charm"
cp "$source_folder"/{CMakeLists.txt,*.cc,*.h,*.mmd,*.json} "$work/charm"

cmake -S "$work/charm" -B "$work/build" -G Ninja -DCMAKE_PREFIX_PATH="$work/package" \
  -DCMAKE_FIND_USE_PACKAGE_REGISTRY=OFF >"$work/configure.log"
cmake --build "$work/build" >"$work/build.log" || { cat "$work/build.log" && exit 1; }
for room in charm model sim; do
  no_trace_of "$project_folder/$room" "$work/package/lib"*/cmake "$work/build/build.ninja"
  ninja -C "$work/build" -t deps >"$work/deps.log"
  no_trace_of "$project_folder/$room" "$work/deps.log"
done

# All that is installed compiles: no header includes one that is not.
(cd "$work/package/include/charmsim" && find . -name '*.h' | sort) |
  sed 's|^\./\(.*\)|#include <\1>|' >"$work/headers.cc"
read -ra compiler <<<"${CXX:-c++} ${CXXFLAGS:-}"
"${compiler[@]}" -std=c++23 -fsyntax-only -isystem "$work/package/include/charmsim" \
  "$work/headers.cc"

cd "$work/charm"
"$work/build/greeter" run greeter.json --quiet
for seed in $(seq 200); do
  "$work/build/greeter" run greeter.json --quiet --seed "$seed" --save run.json >verdict.txt ||
    { cat verdict.txt && exit 1; }
done
"$work/build/greeter" replay run.json --quiet
"$work/package/bin/charmsim" --version
rm -rf "$work"
