# shellcheck shell=sh disable=SC2034,SC2154
# sid-tree.sh: a minimal Debian unstable in a folder, for what Debian stable has not or has too old; sourced after
# lifecycle.sh. All that needs it shares one tree: one download of the base system, one run of apt.
#
# TRIFLE_TEST_SID_TREE: where it is, instead of in the cache.

sid=${TRIFLE_TEST_SID_TREE:-$cache/sid}
# Of all scripts here, so that the first one that asks fetches everything in one run.
sid_servers="mysql-server postgresql-18 valkey-server"
sid_go="golang-go ca-certificates"

# sid_tree PACKAGE…: makes $sid hold these packages.
sid_tree() {
  [ "$(id -u)" -eq 0 ] || fail "it needs a tree of Debian unstable, which takes root"
  ! sid_holds "$@" || return 0
  command -v apt-get >/dev/null || fail "it needs a tree of Debian unstable, which takes a Debian system"
  packages debootstrap
  exclusively sid sid_build "$@"
}

# The stamp is written last: half a tree holds nothing, and is built anew.
sid_holds() {
  for package; do
    grep -qxF "$package" "$sid/.holds" 2>/dev/null || return 1
  done
}

sid_build() {
  ! sid_holds "$@" || return 0 # another script built it as we waited
  if [ ! -e "$sid/.holds" ]; then
    # shellcheck disable=SC2046,SC2086
    set -- $sid_servers $(go_is_new || echo $sid_go)
    echo "building $sid: Debian unstable with $*" >&2
    rm -rf "$sid"
    mkdir -p "$sid"
    debootstrap --variant=minbase --include="$(echo "$*" | tr ' ' ,)" sid "$sid" "$(apt_mirror)" >"$sid.log" 2>&1 || {
      tail -n 20 "$sid.log" >&2
      fail "debootstrap failed; see $sid.log"
    }
    echo '127.0.0.1 localhost' >"$sid/etc/hosts"
    printf '#!/bin/sh\nexit 101\n' >"$sid/usr/sbin/policy-rc.d" # packages start nothing
    chmod +x "$sid/usr/sbin/policy-rc.d"
  else
    echo "adding to $sid: $*" >&2
    rm -f "$sid/etc/resolv.conf"
    cp /etc/resolv.conf "$sid/etc/resolv.conf"
    {
      # what a mirror that lags behind has is good enough
      in_tree "$sid" apt-get -o Acquire::Check-Valid-Until=false update &&
        in_tree "$sid" env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends "$@"
    } >"$sid.log" 2>&1 || {
      tail -n 20 "$sid.log" >&2
      fail "apt-get install $* failed in $sid; see $sid.log"
    }
  fi
  find "$sid/var/cache/apt" "$sid/var/lib/apt/lists" -type f -delete
  printf '%s\n' "$@" >>"$sid/.holds"
}

# go_in_sid COMMAND…: runs it in the tree, where it can download; the certificates of this machine are added to those of
# the tree.
go_in_sid() (
  rm -f "$sid/etc/resolv.conf"
  cp /etc/resolv.conf "$sid/etc/resolv.conf"
  authorities=${SSL_CERT_FILE:-/etc/ssl/certs/ca-certificates.crt}
  [ ! -r "$authorities" ] || cp "$authorities" "$sid/root/authorities.crt"
  if [ -e "$sid/root/authorities.crt" ]; then
    export SSL_CERT_FILE=/root/authorities.crt
  else
    unset SSL_CERT_FILE
  fi
  in_tree "$sid" env HOME=/root PATH=/usr/bin:/bin GOFLAGS=-modcacherw CGO_ENABLED=0 "$@"
)

# Whether this machine has a Go that builds what is needed here; Debian 12's doesn't.
go_is_new() {
  command -v go >/dev/null || return 1
  number=$(go env GOVERSION | sed -n 's/^go1\.\([0-9]*\).*/\1/p')
  [ "${number:-0}" -ge 21 ]
}

# The first Debian mirror that apt uses here.
apt_mirror() {
  # shellcheck disable=SC2016
  apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' 'Origin: Debian' | head -n 1 | grep . ||
    echo http://deb.debian.org/debian
}
