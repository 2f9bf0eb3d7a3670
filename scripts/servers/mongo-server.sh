# shellcheck shell=sh disable=SC2034,SC2154
# mongo-server.sh: how a server that speaks MongoDB's protocol is asked, without a client of MongoDB's; sourced.

# Sends {ping: 1, $db: "admin"} as OP_MSG and waits for an ok. Perl is a part of every Debian.
answers() {
  # shellcheck disable=SC2016
  perl -MIO::Socket::INET -e '
    alarm 3;
    my $fields = pack("C Z* V", 0x10, "ping", 1) . pack("C Z* V Z*", 2, "\$db", 6, "admin") . "\0";
    my $body = pack("V C V", 0, 0, 4 + length $fields) . $fields;
    my $socket = IO::Socket::INET->new("127.0.0.1:$ARGV[0]") or die "$@\n";
    syswrite $socket, pack("V4", 16 + length $body, 1, 0, 2013) . $body;
    sysread($socket, my $reply, 1024) or die "no reply\n";
    die "the reply is not ok\n" unless $reply =~ /\x01ok\0.{6}\xf0\x3f/s or $reply =~ /\x10ok\0\x01/;
  ' "$port"
}
