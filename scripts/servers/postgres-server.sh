# shellcheck shell=sh disable=SC2034,SC2154
# postgres-server.sh: how any PostgreSQL is made, started and asked; sourced.
# Superuser trifle, password trifle (scram-sha-256), database trifle; over TCP, on 127.0.0.1 only.

user=postgres
stop_signal=INT # fast shutdown; TERM would wait for the clients

create() {
  own_data
  run "$(program initdb)" -D "$(home)" -U trifle --auth=trust --encoding=UTF8 --locale=C.UTF-8 --no-sync
  printf '%s\n' "ALTER ROLE trifle PASSWORD 'trifle'" 'CREATE DATABASE trifle' |
    run "$(program postgres)" --single -D "$(home)" postgres
  {
    # who must show a certificate of his own, where the server has one
    [ ! -d "${TRIFLE_TEST_SERVER_TLS:-}" ] || echo 'hostssl all certified 127.0.0.1/32 scram-sha-256 clientcert=verify-ca'
    echo 'host all all 127.0.0.1/32 scram-sha-256'
  } >"$data/pg_hba.conf"
  own_certificate
}

launch() {
  if [ -e "$data/postmaster.pid" ]; then # it was killed
    # one that nobody reaped keeps its number; this one nobody has
    sed -i '1s/.*/4194304/' "$data/postmaster.pid"
    sleep 1 # its children notice, and end
  fi
  set --
  [ ! -e "$data/key.pem" ] ||
    set -- -c ssl=on -c ssl_cert_file=certificate.pem -c ssl_key_file=key.pem -c ssl_ca_file=root.pem
  spawn "$(program postgres)" -D "$(home)" -p "$port" \
    -c listen_addresses=127.0.0.1 -c unix_socket_directories= -c max_connections=200 "$@"
}

answers() {
  ${tree:+chroot "$tree"} "$(program psql)" "$(url)" -c 'SELECT 1'
}

url() {
  echo "postgresql://trifle:trifle@127.0.0.1:$port/trifle"
}

# program NAME: its path in the newest version that is there.
program() {
  find "$tree/usr/lib/postgresql" -path "*/bin/$1" | sort -V | tail -n 1 | sed "s|^$tree||"
}
