#pragma once

#include <arpa/inet.h>
#include <netinet/in.h>

#include <cstdint>

namespace trifle::stats::test {

/// A port of this machine, for itself only; 0: any that is free.
inline sockaddr_in loopback(std::uint16_t port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return address;
}

}  // namespace trifle::stats::test
