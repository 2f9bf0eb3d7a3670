#!/bin/sh
# FerretDB over PostgreSQL with Microsoft's DocumentDB, out of a tree of Debian unstable of its own, for it conflicts with
# MySQL: MongoDB's protocol by another engine. A standalone server, without transactions and without accounts.
# usage: documentdb.sh install | start DIR [PORT] | stop DIR | kill DIR | env DIR
# FerretDB is built once by Go from its module: by the Go that is here, or by the tree's.
set -eu
. "$(dirname "$0")/lifecycle.sh"
. "$(dirname "$0")/sid-tree.sh"
. "$(dirname "$0")/mongo-server.sh"

user=postgres
stop_signal=INT # PostgreSQL's fast shutdown; TERM would wait for FerretDB
sid=${TRIFLE_TEST_DOCUMENTDB_TREE:-$cache/documentdb-tree}
sid_servers="postgresql-18 postgresql-18-documentdb"
tree=$sid
version=v2.7.0
module=github.com/FerretDB/FerretDB/v2
program=/usr/local/bin/ferretdb-$version # in the tree
postgres=/usr/lib/postgresql/18/bin

install() {
  # shellcheck disable=SC2086
  sid_tree $sid_servers
  [ -x "$tree$program" ] || go_is_new || sid_tree $sid_go
  [ -x "$tree$program" ] || exclusively ferretdb build
}

build() {
  [ ! -x "$tree$program" ] || return 0 # built as we waited
  echo "building FerretDB $version" >&2
  if go_is_new; then
    built=$cache/ferretdb.build
    rm -rf "$built"
    mkdir -p "$built"
    (GOFLAGS=-modcacherw go_build "$built") >"$cache/ferretdb.log" 2>&1 || not_built
    mv "$built/ferretdb" "$tree$program"
    rm -rf "$built"
  else
    mkdir -p "$tree/root/ferretdb"
    go_in_sid sh -euc "module=$module version=$version
      $(sed -n '/^go_build() {$/,/^}$/p' "$0")
      go_build /root/ferretdb" >"$cache/ferretdb.log" 2>&1 || not_built
    mv "$tree/root/ferretdb/ferretdb" "$tree$program"
    rm -rf "$tree/root/ferretdb"
  fi
}

# go_build FOLDER: with its caches there, where they can be removed. Its build asks for a file that says the version.
go_build() {
  export GOPATH="$1/go" GOCACHE="$1/cache" CGO_ENABLED=0
  source=$(go mod download -json "$module@$version" | sed -n 's/.*"Dir": "\(.*\)".*/\1/p')
  cp -r "$source" "$1/source"
  chmod -R u+w "$1/source"
  echo "$version" >"$1/source/build/version/version.txt"
  cd "$1/source" && go build -trimpath -o "$1/ferretdb" ./cmd/ferretdb
}

not_built() {
  tail -n 20 "$cache/ferretdb.log" >&2
  fail "FerretDB can't be built; see $cache/ferretdb.log"
}

create() {
  own_data
  run "$postgres/initdb" -D "$(home)" --auth=trust --encoding=UTF8 --locale=C.UTF-8 --no-sync
  # A bulk write is one transaction there: a short deadlock check keeps writers moving that don't sort their rows.
  cat >>"$data/postgresql.conf" <<CONF
shared_preload_libraries = 'pg_cron,pg_documentdb_core,pg_documentdb'
cron.database_name = 'postgres'
cron.use_background_workers = on
cron.log_statement = off
documentdb.localhost_connection_string = 'host=$(home)'
max_connections = 200
max_worker_processes = 16
listen_addresses = ''
unix_socket_directories = '$(home)'
deadlock_timeout = 50ms
jit = off
CONF
  echo 'CREATE EXTENSION documentdb CASCADE' | run "$postgres/postgres" --single -D "$(home)" postgres
}

launch() {
  if [ -e "$data/postmaster.pid" ]; then # it was killed
    # one that nobody reaped keeps its number; this one nobody has
    sed -i '1s/.*/4194304/' "$data/postmaster.pid"
    rm -f "$data"/.s.PGSQL.*
    sleep 1 # its children notice, and end
  fi
  spawn "$postgres/postgres" -D "$(home)"
  spawn env DO_NOT_TRACK=1 FERRETDB_AUTH=false "$program" --listen-addr="127.0.0.1:$port" --debug-addr=- \
    --telemetry=disable --log-level=ERROR --state-dir="$(home)" \
    --postgresql-url="postgres:///postgres?host=$(home)&user=postgres"
}

environment() {
  echo "export TRIFLE_TEST_DOCUMENTDB_URL=mongodb://127.0.0.1:$port"
}

lifecycle "$@"
