# The Debian (bookworm) packages to build with, in one place; sourced by run, test and .ci/run.

build_packages=(
  g++ cmake ninja-build ccache
  libboost-graph-dev libboost-context-dev nlohmann-json3-dev libvalijson-dev libcli11-dev
  libyaml-cpp-dev libgtest-dev libgmock-dev librapidcheck-dev libbenchmark-dev
  libcurl4-openssl-dev libpq-dev libssl-dev
)

# For ./test beside that: what holds us against real Python packages, and the counted instructions.
test_packages=(python3 python3-venv python3-pip valgrind)

# For ./test live: what the adapters talk to, and what packs the charm.
live_packages=(postgresql-15 busybox-static python3-apt ca-certificates)

# For ./test live, the rig (tests/live/rig): what runs in a control plane and in pods, and what makes them.
rig_packages=(
  etcd-server postgresql-15 postgresql-15-pgaudit locales iproute2 openssl curl python3 python3-venv python3-pip
)

# For the second compiler, the sanitizers and static analysis.
check_packages=(clang-19 clang-tidy-19 libclang-rt-19-dev)

# ensure_packages NAME...: installs what is missing, as root; otherwise says how to, and exits 2.
ensure_packages() {
  local present package missing=() log
  # Not every machine is a Debian: there, CMake says what it does not find.
  command -v dpkg-query >/dev/null || return 0
  present=$(dpkg-query -W -f '${db:Status-Status} ${Package}\n' "$@" 2>/dev/null || true)
  for package in "$@"; do
    grep -qxF "installed $package" <<<"$present" || missing+=("$package")
  done
  ((${#missing[@]})) || return 0

  if [[ $(id -u) != 0 ]]; then
    echo "Some packages are missing. Install them with:" >&2
    echo "sudo apt-get install --no-install-recommends ${missing[*]}" >&2
    exit 2
  fi
  [[ -t 2 ]] && echo "Installing ${missing[*]} ..." >&2
  log=$(mktemp)
  export DEBIAN_FRONTEND=noninteractive
  if ! { apt-get update && apt-get install --yes --no-install-recommends "${missing[@]}"; } \
    >"$log" 2>&1 </dev/null; then
    cat "$log" >&2
    echo "Could not install: ${missing[*]}" >&2
    rm -f "$log"
    exit 2
  fi
  rm -f "$log"
}
