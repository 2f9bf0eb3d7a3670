#!/bin/sh
# Oracle's MySQL, out of a tree of Debian unstable: Debian stable has none.
# usage: mysql.sh install | start DIR [PORT] | stop DIR | kill DIR | env DIR
# Superuser trifle, password trifle (caching_sha2_password), database trifle; root without a password.
set -eu
. "$(dirname "$0")/lifecycle.sh"
. "$(dirname "$0")/sid-tree.sh"

user=mysql
tree=$sid

install() {
  # shellcheck disable=SC2086
  sid_tree $sid_servers
}

create() {
  own_data
  run mysqld --no-defaults --initialize-insecure --datadir="$(home)"
  cat >"$data/init.sql" <<'SQL'
CREATE DATABASE IF NOT EXISTS trifle;
CREATE USER IF NOT EXISTS 'trifle'@'%' IDENTIFIED BY 'trifle';
GRANT ALL ON *.* TO 'trifle'@'%' WITH GRANT OPTION;
SQL
  own_certificate
}

launch() {
  # names the process of a server that was killed, whose number may still be taken while nobody reaps it
  rm -f "$data/mysqld.sock.lock"
  set --
  [ ! -e "$data/no-tls" ] || set -- --tls-version=
  [ ! -e "$data/key.pem" ] ||
    set -- --ssl-cert="$(home)/certificate.pem" --ssl-key="$(home)/key.pem" --ssl-ca="$(home)/root.pem"
  spawn mysqld --no-defaults --datadir="$(home)" --init-file="$(home)/init.sql" \
    --port="$port" --bind-address=127.0.0.1 --skip-name-resolve \
    --socket=mysqld.sock --pid-file=mysqld.pid --mysqlx=OFF --max-connections=300 "$@"
}

answers() {
  # without TLS the password needs the server's key
  chroot "$tree" mysql --no-defaults --get-server-public-key -h 127.0.0.1 -P "$port" -u trifle -ptrifle trifle -e 'SELECT 1'
}

environment() {
  echo "export TRIFLE_TEST_MYSQL_URL=mysql://trifle:trifle@127.0.0.1:$port/trifle"
  echo "export TRIFLE_TEST_MYSQL_CA=$data/ca.pem"
}

lifecycle "$@"
