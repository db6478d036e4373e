#!/bin/bash
# tutorial_boxes.sh FOLDER: the three boxes of docs/tutorial.md, which stay until FOLDER/end. Each is this machine with layers of
# its own over /etc, /usr, /var/lib and /run, in namespaces of its own; root's has no network, the other two share a cable.
#
#   FOLDER/on BOX [COMMAND…]   in the stick's folder, which all three see; without a command, a shell
#   FOLDER/end                 ends all that runs on the boxes, and removes them
set -euo pipefail
BUILD=${HALFDAY_BUILD:?}
[ "$EUID" = 0 ] || { echo "tutorial: error: only root can make the boxes: sudo ./bootstrap boxes" >&2; exit 2; }
mkdir -p "$1"
W=$(realpath "$1")
[ ! -e "$W/on" ] || { echo "tutorial: error: there are boxes in $W already; $W/end ends them" >&2; exit 2; }

# make_box NAME: a process that keeps the namespaces, with its number in NAME/pid.
make_box() {
  local box=$W/$1
  mkdir -p "$box"/{etc,usr,lib}{,.work}
  mkfifo "$box/ready"
  setsid unshare --mount --propagation private --net --uts --pid --fork --kill-child --mount-proc bash -c '
    for pair in etc:/etc usr:/usr lib:/var/lib; do
      layer=$1/${pair%%:*} folder=${pair#*:}
      mount -t overlay overlay -o "lowerdir=$folder,upperdir=$layer,workdir=$layer.work" "$folder"
    done
    mount -t tmpfs tmpfs /run
    mkdir -p /run/sshd /run/sudo /run/systemd
    mount -t sysfs sysfs /sys
    hostname "$2"
    echo >"$1/ready"
    exec sleep infinity' - "$box" "$1" </dev/null >"$box/log" 2>&1 &
  local keeper=$! ready
  exec {ready}<>"$box/ready"
  until read -r -t 0.2 -u "$ready" _; do
    kill -0 "$keeper" 2>/dev/null || { cat "$box/log" >&2; echo "tutorial: error: this machine can't make the box '$1'" >&2; exit 1; }
  done
  exec {ready}>&-
  pgrep -P "$keeper" >"$box/pid"
}

cat >"$W/on" <<'ON'
#!/bin/bash
boxes=$(dirname "$(realpath "$0")")
box=${1:-}
[ -n "$box" ] && [ -f "$boxes/$box/pid" ] || { echo "usage: $0 root|issuer|web [COMMAND...]" >&2; exit 2; }
shift
(($#)) || set -- env "PS1=$box# " bash --norc
exec nsenter --mount --net --uts --pid --target "$(<"$boxes/$box/pid")" --wd="$boxes/stick" "$@"
ON
cat >"$W/end" <<'END'
#!/bin/bash
boxes=$(dirname "$(realpath "$0")")
for pid in "$boxes"/*/pid; do kill -KILL "$(<"$pid")" 2>/dev/null; done
while grep -q " $boxes/" /proc/[0-9]*/mounts 2>/dev/null; do sleep 0.1; done
rm -rf "$boxes"
END
chmod 755 "$W" "$W/on" "$W/end"
mkdir -p "$W/stick"
on() { "$W/on" "$@"; }

for box in root issuer web; do
  make_box "$box"
  on "$box" cmake --install "$BUILD" --prefix /usr --component "${box/web/receiver}" >>"$W/$box/log"
  [ "$box" = root ] || on "$box" systemd-sysusers >>"$W/$box/log" 2>&1
done

nsenter --net --target "$(<"$W/issuer/pid")" ip link add to-web type veth peer name to-issuer netns "$(<"$W/web/pid")"
cable() {
  on "$1" ip link set lo up
  on "$1" ip address add "$3" dev "$2"
  on "$1" ip link set "$2" up
}
cable issuer to-web 192.0.2.1/24
cable web to-issuer 192.0.2.2/24
for box in issuer web; do
  on "$box" bash -c 'printf "%s\n" "127.0.1.1 $(hostname)" "192.0.2.2 web1.example.org www.example.org" >>/etc/hosts'
done

on web ssh-keygen -q -A
on web /usr/sbin/sshd
on web bash -c 'rm -f /etc/nginx/sites-enabled/* && nginx'
echo "tutorial: three boxes are up; go on with docs/tutorial.md
  $W/on root      the air-gapped box
  $W/on issuer    the issuer box
  $W/on web       the web server
  $W/end          ends them"
