#!/bin/sh
# Valkey, append-only on, out of a tree of Debian unstable: Debian stable has none.
# usage: valkey.sh install | start DIR [PORT] | stop DIR | kill DIR | env DIR
# Password trifle.
set -eu
. "$(dirname "$0")/lifecycle.sh"
. "$(dirname "$0")/sid-tree.sh"

user=valkey
tree=$sid

install() {
  # shellcheck disable=SC2086
  sid_tree $sid_servers
}

create() {
  own_data
}

launch() {
  spawn valkey-server --bind 127.0.0.1 --port "$port" --dir "$(home)" --appendonly yes --save '' --requirepass trifle
}

answers() {
  chroot "$tree" valkey-cli -h 127.0.0.1 -p "$port" --no-auth-warning -a trifle ping | grep -x PONG
}

environment() {
  echo "export TRIFLE_TEST_VALKEY_URL=redis://:trifle@127.0.0.1:$port"
}

lifecycle "$@"
