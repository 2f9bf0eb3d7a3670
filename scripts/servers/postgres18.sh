#!/bin/sh
# PostgreSQL 18, out of a tree of Debian unstable.
# usage: postgres18.sh install | start DIR [PORT] | stop DIR | kill DIR | env DIR
set -eu
. "$(dirname "$0")/lifecycle.sh"
. "$(dirname "$0")/sid-tree.sh"
. "$(dirname "$0")/postgres-server.sh"

tree=$sid

install() {
  # shellcheck disable=SC2086
  sid_tree $sid_servers
}

environment() {
  echo "export TRIFLE_TEST_POSTGRES18_URL=$(url)"
}

lifecycle "$@"
