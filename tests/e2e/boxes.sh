# Boxes that are this machine with layers of their own over /etc, /usr, /var/lib and /run, sourced by a script that is alone in
# a mount and a network namespace. The folder $W is the script's.
#
#   make_box NAME [--net]     with --net a network of its own, too
#   on NAME COMMAND…          in $W/stick, which travels between the boxes

# A box is a process that keeps a mount namespace with its own layers over the machine's folders.
declare -A BOX
make_box() {
  local name=$1 options=${2:-}
  mkdir -p "$W/$name"/{etc,usr,lib}{,.work}
  mkfifo "$W/$name/ready"
  # shellcheck disable=SC2086
  unshare --mount --propagation private $options bash -c '
    for pair in etc:/etc usr:/usr lib:/var/lib; do
      layer=$1/${pair%%:*} folder=${pair#*:}
      mount -t overlay overlay -o "lowerdir=$folder,upperdir=$layer,workdir=$layer.work" "$folder"
    done
    mount -t tmpfs tmpfs /run && mkdir -p /run/sshd /run/sudo /run/systemd
    [ "$2" != --net ] || mount -t sysfs sysfs /sys
    echo >"$1/ready"
    exec sleep infinity' - "$W/$name" "$options" &
  BOX[$name]=$!
  read -r _ <"$W/$name/ready"
}
on() { local box=$1; shift; nsenter --mount --net --target "$(pgrep -P "${BOX[$box]}" . || echo "${BOX[$box]}")" --wd="$W/stick" "$@"; }
