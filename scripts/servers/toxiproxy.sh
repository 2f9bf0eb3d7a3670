#!/bin/sh
# Toxiproxy, a TCP proxy that breaks connections on request: its HTTP API is on PORT.
# usage: toxiproxy.sh install | start DIR [PORT] | stop DIR | kill DIR | env DIR
# Built once by Go from its module: by the Go that is here, or, where that is missing or older than 1.21, by the one of
# Debian unstable, in a tree of it. TRIFLE_TEST_TOXIPROXY names another binary.
set -eu
. "$(dirname "$0")/lifecycle.sh"
. "$(dirname "$0")/sid-tree.sh"

version=v2.5.0
module=github.com/Shopify/toxiproxy/v2/cmd/server@$version
program=${TRIFLE_TEST_TOXIPROXY:-$cache/toxiproxy-$version}

install() {
  command -v curl >/dev/null || packages curl
  [ ! -x "$program" ] || return 0
  # shellcheck disable=SC2086
  go_is_new || sid_tree $sid_go
  exclusively toxiproxy build
}

build() {
  [ ! -x "$program" ] || return 0 # built as we waited
  built=$cache/toxiproxy.build
  rm -rf "$built"
  mkdir -p "$built"
  if go_is_new; then
    echo "building toxiproxy $version" >&2
    env GOBIN="$built" GOFLAGS= CGO_ENABLED=0 go install "$module" >"$cache/toxiproxy.log" 2>&1 || not_built
  else
    echo "building toxiproxy $version, by the Go of Debian unstable" >&2
    # its caches go where they can be removed
    go_in_sid GOBIN=/root/toxiproxy GOPATH=/root/toxiproxy-go GOCACHE=/root/toxiproxy-go/cache go install "$module" \
      >"$cache/toxiproxy.log" 2>&1 || not_built
    mv "$sid/root/toxiproxy/server" "$built/server"
    rm -rf "$sid/root/toxiproxy" "$sid/root/toxiproxy-go"
  fi
  mv "$built/server" "$program"
  rmdir "$built"
}

not_built() {
  tail -n 20 "$cache/toxiproxy.log" >&2
  fail "toxiproxy can't be built; see $cache/toxiproxy.log"
}

create() {
  : # it keeps nothing
}

launch() {
  spawn "$program" -host 127.0.0.1 -port "$port"
}

answers() {
  curl -fsS "http://127.0.0.1:$port/version"
}

environment() {
  echo "export TRIFLE_TEST_TOXIPROXY_URL=http://127.0.0.1:$port"
}

lifecycle "$@"
