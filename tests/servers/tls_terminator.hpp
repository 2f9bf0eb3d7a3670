#pragma once

#include <atomic>
#include <cstdint>
#include <list>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace trifle::stats::test {

/// Speaks TLS to clients and passes on what they say, decrypted, to a server on 127.0.0.1 that takes clear text. A
/// thread for each connection; gone with the object, whatever is under way. Throws std::runtime_error where there is no
/// port or the certificate can't be used.
class TlsTerminator {
 public:
  /// `certificate`: the folder of the one that it shows (see Authority). `clients`: the file of the authority whose
  /// clients are let in; empty: all are.
  TlsTerminator(std::uint16_t server, const std::string& certificate, const std::string& clients = {});
  TlsTerminator(const TlsTerminator&) = delete;
  TlsTerminator& operator=(const TlsTerminator&) = delete;
  ~TlsTerminator();

  std::uint16_t port() const noexcept { return port_; }

  /// How much clients said so far, above TLS.
  std::uint64_t bytes_received() const noexcept { return bytes_; }

 private:
  void accept_all();
  void serve(int client);

  const std::uint16_t server_;
  std::shared_ptr<void> context_;  // SSL_CTX
  int listener_ = -1;
  std::uint16_t port_ = 0;
  std::atomic<bool> stopping_{false};
  std::atomic<std::uint64_t> bytes_{0};
  std::mutex mutex_;
  std::list<int> open_;  // clients' sockets, to be shut down at the end
  std::vector<std::thread> threads_;
  std::thread acceptor_;
};

}  // namespace trifle::stats::test
