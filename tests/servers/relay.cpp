#include "servers/relay.hpp"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <stdexcept>
#include <utility>

#include "servers/loopback.hpp"

namespace trifle::stats::test {
namespace {

int tcp_socket() { return ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0); }

}  // namespace

Relay::Relay(std::uint16_t server) : server_(server), listener_(tcp_socket()) {
  auto address = loopback(0);
  socklen_t size = sizeof address;
  auto* const any = reinterpret_cast<sockaddr*>(&address);
  if (::bind(listener_, any, size) != 0 || ::listen(listener_, 8) != 0 || ::getsockname(listener_, any, &size) != 0 ||
      ::pipe2(end_, O_CLOEXEC) != 0) {
    ::close(listener_);
    throw std::runtime_error("no port for a relay");
  }
  port_ = ntohs(address.sin_port);
  thread_ = std::thread([this] { serve(); });
}

Relay::~Relay() {
  ::close(end_[1]);
  thread_.join();
  for (const int socket : {end_[0], listener_}) ::close(socket);
  for (const auto& pair : pairs_)
    for (const int socket : {pair.client, pair.server}) ::close(socket);
}

std::size_t Relay::clients() {
  const std::lock_guard lock(mutex_);
  return clients_;
}

std::size_t Relay::bytes() {
  const std::lock_guard lock(mutex_);
  return heard_.size();
}

std::string Relay::heard() {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [&] { return pairs_.empty(); });
  return std::exchange(heard_, {});
}

void Relay::serve() {
  for (;;) {
    std::vector<pollfd> watched{{end_[0], POLLIN, 0}, {listener_, POLLIN, 0}};
    for (const auto& pair : pairs_) {
      watched.push_back({pair.client, POLLIN, 0});
      watched.push_back({pair.server, POLLIN, 0});
    }
    ::poll(watched.data(), watched.size(), -1);
    if (watched[0].revents != 0) return;
    const std::lock_guard lock(mutex_);
    std::vector<Pair> left;
    for (std::size_t i = 0; i < pairs_.size(); ++i) {
      const auto& pair = pairs_[i];
      if (pass(pair, true, watched[2 + 2 * i].revents) && pass(pair, false, watched[3 + 2 * i].revents)) {
        left.push_back(pair);
      } else {
        for (const int socket : {pair.client, pair.server}) ::close(socket);
      }
    }
    pairs_ = std::move(left);
    if (watched[1].revents != 0) take_client();
    changed_.notify_all();
  }
}

void Relay::take_client() {
  ++clients_;
  const Pair pair{::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC), tcp_socket()};
  const auto address = loopback(server_);
  if (::connect(pair.server, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0) {
    pairs_.push_back(pair);
  } else {
    for (const int socket : {pair.client, pair.server}) ::close(socket);
  }
}

/// False where one of the two has left.
bool Relay::pass(const Pair& pair, bool from_client, short ready) {
  if (ready == 0) return true;
  std::array<char, 16'384> block;
  const ssize_t got = ::recv(from_client ? pair.client : pair.server, block.data(), block.size(), 0);
  if (got <= 0) return false;
  if (from_client) heard_.append(block.data(), static_cast<std::size_t>(got));
  const auto size = static_cast<std::size_t>(got);
  return ::send(from_client ? pair.server : pair.client, block.data(), size, MSG_NOSIGNAL) == got;
}

}  // namespace trifle::stats::test
