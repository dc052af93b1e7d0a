#!/bin/sh
# container.sh FOLDER PEBBLE: the workload container of one unit, with a real Pebble as its pid 1, as
# Juju starts it. To be called in a mount and a pid namespace of its own:
#   unshare --mount --pid --fork --kill-child --propagation private container.sh FOLDER PEBBLE
# It is this machine's root with a layer of its own on top, which goes with it. FOLDER/storage is
# the unit's volume, FOLDER/socket has Pebble's socket, FOLDER/events what Patroni's stand-in tells.
# Patroni and the exporter are stand-ins; all else is the machine's.
set -eu
folder=$1
pebble=$2

own=$folder/own
root=$own/root
mkdir -p "$own" "$folder/socket" "$folder/storage" "$folder/events"
chmod 777 "$folder/events"
mount -t tmpfs tmpfs "$own"
mkdir "$own/upper" "$own/work" "$root"
mount -t overlay overlay -o "lowerdir=/,upperdir=$own/upper,workdir=$own/work" "$root"
mount -t proc proc "$root/proc"
mount --rbind /dev "$root/dev"
mount -t tmpfs tmpfs "$root/tmp"
chmod 1777 "$root/tmp"
for mounted in storage:/var/lib/postgresql/data socket:/charm/container events:/events; do
  mkdir -p "$root${mounted#*:}"
  mount --bind "$folder/${mounted%%:*}" "$root${mounted#*:}"
done

mkdir -p "$root/meta.charmed-postgresql" "$root/usr/local/bin" "$root/usr/local/share/ca-certificates"
echo 'version: "14.13"' >"$root/meta.charmed-postgresql/snap.yaml"
# The charm looks for PostgreSQL 14, and this machine may have another one.
for major in 15 16 17; do
  [ -e "$root/usr/lib/postgresql/14" ] && break
  [ -e "$root/usr/lib/postgresql/$major" ] && ln -s "$major" "$root/usr/lib/postgresql/14"
done
grep -q '^postgres:' "$root/etc/group" || echo 'postgres:x:999:' >>"$root/etc/group"
grep -q '^postgres:' "$root/etc/passwd" ||
  echo 'postgres:x:999:999::/var/lib/postgresql:/bin/sh' >>"$root/etc/passwd"

# Tells what it is asked to do. SIGUSR1: it ends with an error.
cat >"$root/usr/local/bin/patroni" <<'PATRONI'
#!/bin/sh
tell() { echo "$1" >>/events/patroni; }
trap 'tell reload' HUP
# Whoever has its standard output keeps Pebble from noticing its end for kill-delay.
trap 'tell stop; kill $!; exit 0' TERM
trap 'tell crash; kill $!; exit 1' USR1
tell start
[ -e /events/fail ] && exit 1
while :; do
  sleep 1000 &
  wait $!
  kill $! 2>/dev/null
done
PATRONI
cat >"$root/start-exporter.sh" <<'EXPORTER'
#!/bin/sh
exec sleep 100000
EXPORTER
chmod 755 "$root/usr/local/bin/patroni" "$root/start-exporter.sh"
cp "$pebble" "$root/usr/local/bin/pebble"

cd /
exec env -i PATH=/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LANG=C.UTF-8 \
  PEBBLE=/var/lib/pebble/default PEBBLE_SOCKET=/charm/container/pebble.socket \
  chroot "$root" /usr/local/bin/pebble run --create-dirs --hold
