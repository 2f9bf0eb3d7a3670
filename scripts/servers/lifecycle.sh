# shellcheck shell=sh
# lifecycle.sh: what the server scripts here have in common; sourced, never run.
#
#   NAME.sh start DIR [PORT]   start the server of DIR; without a port, on its last one or on one that is free
#   NAME.sh stop DIR           end it, and wait until it has ended
#   NAME.sh kill DIR           end it at once, with SIGKILL; `start` brings it back with what it had written
#   NAME.sh env DIR            print `export …` lines that say where it is
#
# A script sets $user (who runs the server where we are root) and, for a server out of a tree (see `tree`), $tree; it
# defines
#   install       makes sure that the programs are there; does nothing when they are
#   create        fills $data, called once per DIR, before the first launch
#   launch        calls `spawn COMMAND…` for each process
#   answers       succeeds when the server takes a client's request
#   environment   prints the export lines
# and ends with `lifecycle "$@"`. In these, $dir is the absolute DIR, $port the port, $data DIR/data.
#
# DIR holds data/ (kept by stop; remove DIR for a fresh server), log (what the servers print), answer (to the last
# question), port, and pid: one "PID STARTTIME" a line. The start time tells our process from a later one with the same
# number, so nothing here ends another's process.
#
# TRIFLE_TEST_CACHE: where programs that are built are kept. TRIFLE_TEST_START_TIMEOUT: seconds, 60.
# TRIFLE_TEST_SERVER_TLS, of an SQL server when it is created: a folder with certificate.pem, key.pem and root.pem, or
# "off"; without it, what the server does by itself.

user=
tree=
stop_signal=TERM
patience=${TRIFLE_TEST_START_TIMEOUT:-60}
if [ "$(id -u)" -eq 0 ]; then
  cache=${TRIFLE_TEST_CACHE:-/var/cache/trifle-test}
else
  cache=${TRIFLE_TEST_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/trifle-test}
fi

# Ports that are tried: below those that the kernel gives to clients.
first_port=20000
last_port=29999

lifecycle() {
  case $#:${1-} in
    2:start | 3:start | 2:stop | 2:kill | 2:env | 1:install) ;;
    *) fail "usage: ${0##*/} install | start DIR [PORT] | stop DIR | kill DIR | env DIR" ;;
  esac
  if [ "$1" = install ]; then
    install
    return
  fi
  if [ "$1" = start ]; then
    mkdir -p "$2"
    chmod a+x "$2" # for $user
  elif [ ! -d "$2" ]; then
    [ "$1" != env ] || fail "no server was started in $2"
    return 0
  fi
  dir=$(cd "$2" && pwd)
  data=$(readlink -m "$dir/data")
  port=${3-}
  exec 9>"$dir/lock"
  flock 9
  case $1 in
    start) start ;;
    stop) stop "$stop_signal" ;;
    kill) stop KILL ;;
    env)
      recorded || fail "no server runs in $dir"
      port=$(cat "$dir/port")
      environment
      ;;
  esac
}

start() {
  if recorded; then
    [ -z "$port" ] || [ "$(cat "$dir/port")" = "$port" ] ||
      fail "the server in $dir is on port $(cat "$dir/port"): stop it first"
    port=$(cat "$dir/port")
    await_answer
    return
  fi
  stop "$stop_signal" # what a crash left of it
  install
  trap '[ $? -eq 0 ] || tail -n 20 "$dir/log" >&2' EXIT
  if [ ! -d "$dir/data" ]; then # made elsewhere, then moved: never half made
    place=$(data_place)
    data=$place.new
    rm -rf "$data" "$place"
    mkdir -p "$data"
    create >>"$dir/log" 2>&1
    mv "$data" "$place"
    [ "$place" = "$dir/data" ] || ln -sfn "$place" "$dir/data"
  fi
  data=$(readlink -f "$dir/data")
  if [ -n "$port" ]; then
    await_port
    launch_on "$port"
    return
  fi
  port=$(cat "$dir/port" 2>/dev/null || true)
  [ -n "$port" ] && ! listening || port=$(free_port)
  for attempt in 1 2 3; do # somebody else may have taken it meanwhile
    if (launch_on "$port"); then return; fi
    [ "$attempt" -lt 3 ] || fail "no server on three ports"
    port=$(free_port)
  done
}

launch_on() {
  port=$1
  echo "$port" >"$dir/port"
  launch
  await_answer
}

await_answer() {
  tenths=0
  until answers >"$dir/answer" 2>&1; do
    recorded || give_up "the server ended"
    tenths=$((tenths + 1))
    [ $tenths -lt $((patience * 10)) ] || give_up "no answer within $patience s"
    sleep 0.1
  done
  recorded || give_up "the server ended; another one answers on port $port"
}

give_up() {
  stop "$stop_signal"
  fail "$1; see $dir/log, $dir/answer"
}

fail() {
  echo "${0##*/}: $*" >&2
  exit 1
}

# stop SIGNAL: ends every process of DIR/pid, and waits for each.
stop() {
  [ -e "$dir/pid" ] || return 0
  while read -r pid began; do
    if [ "$(start_time "$pid")" = "$began" ]; then
      orphans=
      [ "$1" != KILL ] || orphans=$(children "$pid") # a server that is killed can't take them along
      kill -s "$1" "$pid" || true
      # shellcheck disable=SC2086
      [ -z "$orphans" ] || kill -s KILL $orphans 2>/dev/null || true
    fi
  done <"$dir/pid"
  while read -r pid began; do
    tenths=0
    while [ "$(start_time "$pid")" = "$began" ]; do
      tenths=$((tenths + 1))
      [ $tenths -ne 300 ] || kill -s KILL "$pid" || true
      sleep 0.1
    done
  done <"$dir/pid"
  rm "$dir/pid"
}

children() {
  sed -n "s/^\([0-9]*\) (.*) [A-Z] $1 .*/\1/p" /proc/[0-9]*/stat 2>/dev/null || true
}

# Waits until nobody listens on the port: another server's answer could pass for ours, and one that was killed needs a
# moment to let go.
await_port() {
  tenths=0
  while listening; do
    tenths=$((tenths + 1))
    [ $tenths -lt 30 ] || fail "port $port is taken"
    sleep 0.1
  done
}

listening() {
  cat /proc/net/tcp /proc/net/tcp6 2>/dev/null |
    grep -Eq "^ *[0-9]+: [0-9A-F]+:$(printf %04X "$port") [0-9A-F]+:0000 0A "
}

# A port that nobody listens on.
free_port() {
  while :; do
    port=$((first_port + $(od -An -N4 -tu4 /dev/urandom) % (last_port - first_port)))
    listening || break
  done
  echo "$port"
}

# Succeeds when every process in DIR/pid runs.
recorded() {
  [ -s "$dir/pid" ] || return 1
  while read -r pid began; do
    [ "$(start_time "$pid")" = "$began" ] || return 1
  done <"$dir/pid"
}

# The clock ticks after boot at which process $1 began; nothing if it is gone. One that ended and that nobody reaped, as
# in a container whose first process doesn't, is gone, once its last thread has let go of its files.
start_time() {
  stat=$(cat "/proc/$1/stat" 2>/dev/null) || return 0
  threads=$(find "/proc/$1/task" -maxdepth 1 2>/dev/null | wc -l) # and the folder itself
  # shellcheck disable=SC2086 # the command's name may hold spaces: cut it off
  set -- ${stat##*) }
  { [ "$1" = Z ] && [ "$threads" -le 2 ]; } || echo "${20}"
}

# spawn COMMAND…: runs it detached as $user, and records it in DIR/pid.
spawn() {
  as_user detached "$@"
}

detached() {
  setsid "$@" </dev/null >>"$dir/log" 2>&1 8>&- 9>&- &
  echo "$! $(start_time $!)" >>"$dir/pid"
}

# run COMMAND…: runs it as $user.
run() {
  as_user env "$@"
}

# Where DIR/data really is: in the tree, where nothing can be mounted there.
data_place() {
  if [ -z "$tree" ] || may_mount; then
    echo "$dir/data"
    return
  fi
  for owner in "$tree"/srv/*.dir; do # of folders that are gone
    [ ! -e "$owner" ] || [ -d "$(cat "$owner")" ] || rm -rf "$owner" "${owner%.dir}"
  done
  place=$tree/srv/$(echo "$dir" | cksum | cut -d' ' -f1)
  echo "$dir" >"$place.dir"
  echo "$place"
}

may_mount() {
  unshare --mount true 2>/dev/null
}

# home: the path of $data as the server sees it.
home() {
  case $data in
    "${tree:-/none}"/*) echo "${data#"$tree"}" ;;
    *) if [ -n "$tree" ]; then echo /srv; else echo "$data"; fi ;;
  esac
}

# as_user VERB COMMAND…: VERB with the words that run COMMAND as $user, in $tree if that is set. There $data is /srv;
# the mounts live in a namespace of their own. Where these are not allowed, as in most containers, $data is in the tree.
as_user() {
  verb=$1
  shift
  if [ -n "$user" ] && [ "$(id -u)" -eq 0 ]; then
    set -- setpriv --reuid="$user" --regid="$user" --init-groups "$@"
  fi
  if [ -n "$tree" ] && [ "$(home)" != /srv ]; then
    set -- chroot "$tree" "$@"
  elif [ -n "$tree" ]; then
    # shellcheck disable=SC2016
    set -- unshare --mount sh -euc '
      mount --bind "$1" "$2/srv"
      mount --rbind /dev "$2/dev"
      mount -t proc proc "$2/proc"
      cd "$2"
      shift 2
      exec chroot . "$@"' sh "$data" "$tree" "$@"
  fi
  "$verb" "$@"
}

# in_tree COMMAND…: runs it as root in $1, which has /proc and /dev where that is allowed.
in_tree() {
  if may_mount; then
    # shellcheck disable=SC2016
    unshare --mount sh -euc '
      cd "$1"
      shift
      mount --rbind /dev dev
      mount -t proc proc proc
      exec chroot . "$@"' sh "$@"
  else
    chroot "$@"
  fi
}

# Gives $data to $user, who must be able to reach it.
own_data() {
  [ "$(id -u)" -eq 0 ] || return 0
  if [ -n "$tree" ]; then
    chown -R "$(chroot "$tree" id -u "$user"):$(chroot "$tree" id -g "$user")" "$data"
  else
    chown -R "$user:" "$data"
    run test -x "$data" || fail "user $user cannot enter $data: chmod a+x the folders above it"
  fi
}

# own_certificate: puts what TRIFLE_TEST_SERVER_TLS says into $data, for `launch` to find.
own_certificate() {
  case ${TRIFLE_TEST_SERVER_TLS:-} in
    '') return 0 ;;
    off) : >"$data/no-tls" ;;
    *)
      for file in certificate key root; do
        cp "$TRIFLE_TEST_SERVER_TLS/$file.pem" "$data/$file.pem"
      done
      chmod 600 "$data/key.pem"
      ;;
  esac
  own_data
}

# packages NAME…: installs those Debian packages that are missing; starts none.
packages() {
  command -v dpkg-query >/dev/null || fail "this is not a Debian system; needed, by their Debian names: $*"
  missing=$(missing_packages "$@")
  [ -n "$missing" ] || return 0
  [ "$(id -u)" -eq 0 ] || fail "as root: apt-get install --no-install-recommends$missing"
  exclusively apt apt_install "$@"
}

missing_packages() {
  for package; do
    case $(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null) in
      installed) ;;
      *) printf ' %s' "$package" ;;
    esac
  done
}

apt_install() (
  # shellcheck disable=SC2046
  set -- $(missing_packages "$@") # another script may have installed them as we waited
  [ $# -gt 0 ] || exit 0
  echo "installing $*" >&2
  policy=/usr/sbin/policy-rc.d
  if [ ! -e $policy ]; then # else the packages start services of their own
    trap 'rm -f $policy' EXIT
    printf '#!/bin/sh\nexit 101\n' >$policy
    chmod +x $policy
  fi
  export DEBIAN_FRONTEND=noninteractive
  {
    apt-get -o DPkg::Lock::Timeout=300 update &&
      apt-get -o DPkg::Lock::Timeout=300 install -y --no-install-recommends "$@"
  } >"$cache/apt.log" 2>&1 || {
    tail -n 20 "$cache/apt.log" >&2
    fail "apt-get install $* failed"
  }
)

# exclusively NAME COMMAND…: one at a time on this machine.
exclusively() {
  mkdir -p "$cache"
  exec 8>"$cache/$1.lock"
  shift
  flock 8
  "$@"
  exec 8>&-
}
