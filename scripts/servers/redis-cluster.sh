#!/bin/sh
# A Redis Cluster; see cluster-nodes.sh.
# usage: redis-cluster.sh install | start DIR [PORT] | stop DIR | kill DIR | env DIR
set -eu
. "$(dirname "$0")/lifecycle.sh"
. "$(dirname "$0")/cluster-nodes.sh"

program=redis

install() {
  command -v redis-server >/dev/null && command -v redis-cli >/dev/null || packages redis-server redis-tools
}

# One node is enough to find the others.
environment() {
  echo "export TRIFLE_TEST_REDIS_CLUSTER_URL=redis+cluster://:trifle@127.0.0.1:$port"
}

lifecycle "$@"
