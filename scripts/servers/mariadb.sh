#!/bin/sh
# Debian's MariaDB. usage: mariadb.sh install | start DIR [PORT] | stop DIR | kill DIR | env DIR
# Superuser trifle, password trifle, database trifle. Its default character set is latin1: nobody told it otherwise.
set -eu
. "$(dirname "$0")/lifecycle.sh"

user=mysql

install() {
  command -v mariadbd >/dev/null || packages mariadb-server
}

create() {
  own_data
  cat >"$data/init.sql" <<'SQL'
CREATE DATABASE IF NOT EXISTS trifle;
CREATE USER IF NOT EXISTS 'trifle'@'%' IDENTIFIED BY 'trifle';
GRANT ALL ON *.* TO 'trifle'@'%' WITH GRANT OPTION;
SQL
  # without the test database there is no anonymous user to shadow trifle
  run mariadb-install-db --no-defaults --datadir="$data" --skip-test-db --skip-name-resolve \
    --force # also where the machine's own name can't be looked up
  own_certificate
}

launch() {
  set --
  [ ! -e "$data/no-tls" ] || set -- --skip-ssl
  [ ! -e "$data/key.pem" ] ||
    set -- --ssl-cert="$(home)/certificate.pem" --ssl-key="$(home)/key.pem" --ssl-ca="$(home)/root.pem"
  spawn mariadbd --no-defaults --datadir="$data" --init-file="$data/init.sql" \
    --port="$port" --bind-address=127.0.0.1 --skip-name-resolve \
    --socket=mysqld.sock --pid-file=mysqld.pid --max-connections=300 "$@"
}

answers() {
  mariadb --no-defaults -h 127.0.0.1 -P "$port" -u trifle -ptrifle --skip-ssl trifle -e 'SELECT 1'
}

environment() {
  echo "export TRIFLE_TEST_MARIADB_URL=mysql://trifle:trifle@127.0.0.1:$port/trifle"
}

lifecycle "$@"
