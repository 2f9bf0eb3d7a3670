#!/bin/sh
# Debian's Redis, append-only on. usage: redis.sh install | start DIR [PORT] | stop DIR | kill DIR | env DIR
# Password trifle. A Unix socket is in DIR/data.
set -eu
. "$(dirname "$0")/lifecycle.sh"

install() {
  command -v redis-server >/dev/null && command -v redis-cli >/dev/null || packages redis-server redis-tools
}

create() {
  :
}

launch() {
  spawn redis-server --bind 127.0.0.1 --port "$port" --dir "$data" --unixsocket "$data/redis.sock" \
    --appendonly yes --save '' --requirepass trifle
}

answers() {
  redis-cli -h 127.0.0.1 -p "$port" --no-auth-warning -a trifle ping | grep -x PONG
}

environment() {
  echo "export TRIFLE_TEST_REDIS_URL=redis://:trifle@127.0.0.1:$port"
  echo "export TRIFLE_TEST_REDIS_SOCKET=$data/redis.sock"
}

lifecycle "$@"
