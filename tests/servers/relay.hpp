#pragma once

#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace trifle::stats::test {

/// Passes bytes between clients and a server on 127.0.0.1, and keeps what the clients said: what of it can be read,
/// whoever sits between could have read. For one thread; throws std::runtime_error where there is no port.
class Relay {
 public:
  explicit Relay(std::uint16_t server);
  Relay(const Relay&) = delete;
  Relay& operator=(const Relay&) = delete;
  ~Relay();

  std::uint16_t port() const noexcept { return port_; }

  /// How many clients came so far.
  std::size_t clients();
  /// How much they said since the last call of `heard`.
  std::size_t bytes();

  /// Waits until every client has left; returns what they said since the last call.
  std::string heard();

 private:
  struct Pair {
    int client;
    int server;
  };
  void serve();
  void take_client();
  bool pass(const Pair& pair, bool from_client, short ready);

  const std::uint16_t server_;
  std::uint16_t port_ = 0;
  int listener_;
  int end_[2];

  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<Pair> pairs_;  // changed by the thread only
  std::string heard_;
  std::size_t clients_ = 0;
  std::thread thread_;
};

}  // namespace trifle::stats::test
