#!/bin/sh
# A cluster of Valkey, out of a tree of Debian unstable; see cluster-nodes.sh.
# usage: valkey-cluster.sh install | start DIR [PORT] | stop DIR | kill DIR | env DIR
set -eu
. "$(dirname "$0")/lifecycle.sh"
. "$(dirname "$0")/sid-tree.sh"
. "$(dirname "$0")/cluster-nodes.sh"

program=valkey
user=valkey
tree=$sid

install() {
  # shellcheck disable=SC2086
  sid_tree $sid_servers
}

# One node is enough to find the others.
environment() {
  echo "export TRIFLE_TEST_VALKEY_CLUSTER_URL=redis+cluster://:trifle@127.0.0.1:$port"
}

lifecycle "$@"
