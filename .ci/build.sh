# Configures and builds one preset; sourced by run, test and .ci/run, from the project's root.

# build_preset PRESET [TARGET...]: quiet if it succeeds, everything if not, progress on a terminal.
# A subshell: it holds the lock that keeps two builds of one preset apart.
build_preset() (
  preset=$1
  shift
  folder=build/$preset
  log=$folder/build.log
  build=(cmake --build "$folder")
  (($#)) && build+=(--target "$@")

  fail() {
    cat "$log" >&2
    echo "The build failed (preset $preset)." >&2
    exit 1
  }

  mkdir -p "$folder"
  exec 9>"$folder/build.lock"
  flock 9
  # Ninja configures again by itself when a CMake file or the list of sources has changed.
  if [[ ! -f $folder/build.ninja || CMakePresets.json -nt $folder/build.configured ]]; then
    cmake --preset "$preset" >"$log" 2>&1 || fail
    touch "$folder/build.configured"
  fi
  : >"$log"
  if [[ -t 2 ]]; then
    "${build[@]}" >&2 9>&- || fail
  else
    "${build[@]}" >"$log" 2>&1 9>&- || fail
  fi
)
