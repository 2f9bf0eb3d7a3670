#!/bin/sh
# Debian's PostgreSQL. usage: postgres.sh install | start DIR [PORT] | stop DIR | kill DIR | env DIR
set -eu
. "$(dirname "$0")/lifecycle.sh"
. "$(dirname "$0")/postgres-server.sh"

install() {
  [ -z "$(find /usr/lib/postgresql -path '*/bin/initdb' 2>/dev/null)" ] || return 0
  if [ "$(id -u)" -eq 0 ] && [ ! -d /etc/postgresql-common ]; then
    # else the package makes a cluster, which boot would start
    mkdir -p /etc/postgresql-common/createcluster.d
    echo 'create_main_cluster = false' >/etc/postgresql-common/createcluster.d/trifle-test.conf
  fi
  packages postgresql
}

environment() {
  echo "export TRIFLE_TEST_POSTGRES_URL=$(url)"
}

lifecycle "$@"
