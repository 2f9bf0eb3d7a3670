# shellcheck shell=sh disable=SC2034,SC2154
# cluster-nodes.sh: how a cluster of Redis or Valkey is made, started and asked; sourced after lifecycle.sh.
# Three masters on PORT, PORT+1, PORT+2, append-only on, password trifle. TRIFLE_TEST_REDIS_REPLICAS, 0 if unset, is the
# number of replicas of each master, on the ports that follow. Each node's bus is on its port + 10000.
#
# A script sets $program, redis or valkey.

last_port=22700 # so that the buses are below the ports that the kernel gives to clients, too

create() {
  echo "${TRIFLE_TEST_REDIS_REPLICAS:-0}" >"$data/replicas"
}

# nodes PORT REPLICAS: the nodes' ports.
nodes() {
  seq "$1" $(($1 + 2 + 3 * $2))
}

# The first of as many ports in a row as there are nodes, with their buses.
free_port() {
  replicas=$(cat "$data/replicas")
  while :; do
    first=$((first_port + $(od -An -N4 -tu4 /dev/urandom) % (last_port - first_port)))
    taken=
    for port in $(nodes "$first" "$replicas") $(nodes $((first + 10000)) "$replicas"); do
      ! listening || taken=yes
    done
    [ -n "$taken" ] || break
  done
  echo "$first"
}

launch() {
  replicas=$(cat "$data/replicas")
  # The nodes know one another by their ports.
  [ ! -e "$data/joined" ] || [ "$(cat "$data/joined")" = "$port" ] ||
    fail "the cluster in $dir was made on port $(cat "$data/joined"), which is taken"
  for node in $(nodes "$port" "$replicas"); do
    place=$data/$((node - port))
    [ -e "$data/joined" ] || rm -rf "$place" # only empty nodes can be joined
    mkdir -p "$place"
  done
  [ -z "$user" ] || own_data
  for node in $(nodes "$port" "$replicas"); do
    spawn "$program-server" --bind 127.0.0.1 --port "$node" --dir "$(home)/$((node - port))" \
      --cluster-enabled yes --cluster-node-timeout 2000 \
      --appendonly yes --save '' --repl-diskless-sync-delay 0 --requirepass trifle --masterauth trifle
  done
}

answers() {
  replicas=$(cat "$data/replicas")
  for node in $(nodes "$port" "$replicas"); do
    client "$node" ping | grep -x PONG || return
  done
  if [ ! -e "$data/joined" ]; then
    # shellcheck disable=SC2046
    client "$port" --cluster create $(nodes "$port" "$replicas" | sed 's/^/127.0.0.1:/') \
      --cluster-replicas "$replicas" --cluster-yes || return
    echo "$port" >"$data/joined"
  fi
  following=0
  for node in $(nodes "$port" "$replicas"); do
    client "$node" cluster info | grep '^cluster_state:ok' || return
    ! client "$node" info replication | grep '^master_link_status:up' || following=$((following + 1))
  done
  [ "$following" -eq $((3 * replicas)) ]
}

client() {
  node_port=$1
  shift
  ${tree:+chroot "$tree"} "$program-cli" -h 127.0.0.1 -p "$node_port" --no-auth-warning -a trifle "$@"
}
