# What the rig's scripts have in common; sourced by them. They end with 0: done, 1: it failed,
# 2: it was asked for in a wrong way (or not by root), 3: a part of the rig is not built yet.
# Source: live-rig.md, sections 2 and 3.

rig_source=$(cd -- "$(dirname -- "$(readlink -f -- "${BASH_SOURCE[0]}")")" && pwd)
# What is built or installed, for every rig of this user; kept.
rig_cache=${RIG_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/charmed-postgresql-rig}
kubernetes_version=1.34.1
patroni_version=3.1.2

# Of the application whose pods these are; Juju's model is the namespace.
rig_app=${RIG_APP:-postgresql-k8s}
rig_namespace=${RIG_NAMESPACE:-testing}

settings_help="RIG_STATE      the folder of one rig: its processes, keys, logs and volumes; must be given
RIG_CACHE      what \`build\` makes; now $rig_cache
RIG_APP        the application; now $rig_app
RIG_NAMESPACE  the model; now $rig_namespace"

# die CODE WHY...
die() {
  local code=$1
  shift
  echo "${0##*/}: $*" >&2
  exit "$code"
}

require_root() {
  [[ $(id -u) == 0 ]] || die 2 "only root may make namespaces, bridges and mounts"
}

require_state() {
  [[ -n ${RIG_STATE-} ]] || die 2 "RIG_STATE names no folder for the rig's state (see --help)"
  [[ $rig_app =~ ^[a-z]([-a-z0-9]*[a-z0-9])?$ && $rig_namespace =~ ^[a-z0-9]([-a-z0-9]*[a-z0-9])?$ ]] ||
    die 2 "RIG_APP and RIG_NAMESPACE are names in small letters, digits and hyphens"
  mkdir -p -- "$RIG_STATE"
  rig_state=$(cd -- "$RIG_STATE" && pwd)
  plane=$rig_state/control-plane
}

# require_program NAME PACKAGE
require_program() {
  command -v "$1" >/dev/null || die 3 "$1 is missing: tests/live/rig/build gets Debian's $2"
}

# Several rigs stand beside each other on one machine: each has a number, which its bridge holds.
# read_number: fails if this one has none (any more).
read_number() {
  [[ -s $rig_state/number ]] || return 1
  rig_number=$(<"$rig_state/number")
  bridge=rig$rig_number
  network=10.199.$rig_number
  api=https://$network.1:6443
  ip link show "$bridge" >/dev/null 2>&1
}

address_of() { echo "$network.$((10 + $1))"; }

# --- processes, by a file with a pid and when it began: a pid alone may be somebody else's by now ---

began_at() {
  local stat
  stat=$(cat "/proc/$1/stat" 2>/dev/null) || return 1
  # The name, in brackets, may contain blanks.
  set -- ${stat##*) }
  [[ $1 != Z ]] && echo "${20}"
}

# remember PID FILE
remember() { echo "$1 $(began_at "$1")" >"$2"; }

# pid_in FILE: prints it if that process is there.
pid_in() {
  local pid began
  # One that had ended before it was looked at has no beginning, and is not there.
  [[ -s $1 ]] && read -r pid began <"$1" && [[ $began && $(began_at "$pid") == "$began" ]] && echo "$pid"
}

# end_process FILE SIGNAL SECONDS: SIGKILL after so long.
end_process() {
  local pid tenths
  if pid=$(pid_in "$1"); then
    kill -s "$2" "$pid" 2>/dev/null || true
    # One that is stopped takes no signal but SIGKILL.
    kill -s CONT "$pid" 2>/dev/null || true
    for ((tenths = $3 * 20; tenths > 0; --tenths)); do
      pid_in "$1" >/dev/null || break
      sleep 0.05
    done
    if pid_in "$1" >/dev/null; then
      kill -s KILL "$pid" 2>/dev/null || true
      while pid_in "$1" >/dev/null; do sleep 0.05; done
    fi
  fi
  rm -f -- "$1"
}

# --- the Kubernetes API, as its administrator ---

# api METHOD PATH [BODY [CONTENT-TYPE]]: prints the answer; a 404 to DELETE is fine.
api() {
  local method=$1 path=$2 answer status
  # The token is in no argument list.
  local arguments=(--silent --show-error --max-time 30 --request "$method" --cacert "$plane/pki/ca.crt"
    --config "$plane/tokens/admin.curl" --write-out '\n%{http_code}')
  [[ -n ${3-} ]] && arguments+=(--data-binary "$3" --header "Content-Type: ${4:-application/json}")
  answer=$(curl "${arguments[@]}" "$api$path") || return 1
  status=${answer##*$'\n'}
  answer=${answer%$'\n'*}
  if ((status >= 300)) && [[ $method/$status != DELETE/404 ]]; then
    echo "$method $path: $status $answer" >&2
    return 1
  fi
  [[ -z $answer ]] || echo "$answer"
}
