#!/bin/sh
# SecantusDB, MongoDB's protocol over MongoDB's storage engine: a replica set of one node, with transactions and with
# mongod's fail points (failCommand). MongoDB's own server is in no package that may be had here.
# usage: mongo.sh install | start DIR [PORT] | stop DIR | kill DIR | env DIR
# No accounts; every commit reaches the disk. TRIFLE_TEST_MONGO_OPTIONS, if set at the start, are more options, such as
# --standalone, --auth, or --tls-cert-file FILE --tls-key-file FILE. Built once by Cargo from its crate, in some minutes:
# by the Cargo that is here, or, where that is missing or older than 1.95, by Debian's for browsers (cargo-web).
# TRIFLE_TEST_MONGO names another binary.
set -eu
. "$(dirname "$0")/lifecycle.sh"
. "$(dirname "$0")/mongo-server.sh"

version=0.5.3-beta.196
program=${TRIFLE_TEST_MONGO:-$cache/secantus-$version}
options=${TRIFLE_TEST_MONGO_OPTIONS-}

install() {
  [ ! -x "$program" ] || return 0
  packages cmake g++ make
  rust_is_new || packages cargo-web rustc-web
  exclusively secantus build
}

rust_is_new() {
  command -v cargo >/dev/null || return 1
  number=$(cargo --version | sed -n 's/^cargo 1\.\([0-9]*\).*/\1/p')
  [ "${number:-0}" -ge 95 ]
}

build() {
  [ ! -x "$program" ] || return 0 # built as we waited
  echo "building SecantusDB $version: some minutes" >&2
  built=$cache/secantus.build
  rm -rf "$built"
  mkdir -p "$built"
  # Its manifest asks for a newer Rust than it uses, and a test server needs no optimisation that takes long.
  env CARGO_HOME="$built/cargo" CARGO_TARGET_DIR="$built/target" CARGO_PROFILE_RELEASE_LTO=off \
    CARGO_PROFILE_RELEASE_CODEGEN_UNITS=16 CARGO_PROFILE_RELEASE_OPT_LEVEL=1 \
    cargo install --quiet --locked --ignore-rust-version --root "$built" --version "$version" secantus-mdb \
    >"$cache/secantus.log" 2>&1 || {
    tail -n 20 "$cache/secantus.log" >&2
    fail "SecantusDB can't be built; see $cache/secantus.log"
  }
  mv "$built/bin/secantusd-rs" "$program"
  rm -rf "$built"
}

create() {
  : # it makes its own
}

launch() {
  # shellcheck disable=SC2086
  spawn "$program" --host 127.0.0.1 --port "$port" --storage-path "$data" --sync-on-commit \
    --cache-size 256M --log-file-max 8MB --log-level WARNING --enable-test-commands $options
}

# A server with TLS takes no plain ping.
case $options in *--tls*) answers() { listening; } ;; esac

environment() {
  echo "export TRIFLE_TEST_MONGO_URL=mongodb://127.0.0.1:$port"
}

lifecycle "$@"
