#include "servers/tls_terminator.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <openssl/ssl.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <stdexcept>
#include <string_view>

#include "servers/loopback.hpp"

namespace trifle::stats::test {
namespace {

/// A client's connection, and the one to the server on its behalf.
class Tunnel {
 public:
  Tunnel(SSL_CTX* context, int client) : ssl_(::SSL_new(context)), client_(client) { ::SSL_set_fd(ssl_, client_); }
  Tunnel(const Tunnel&) = delete;
  Tunnel& operator=(const Tunnel&) = delete;
  ~Tunnel() {
    ::SSL_free(ssl_);
    if (server_ >= 0) ::close(server_);
  }

  /// Whoever isn't let in never reaches the server.
  bool open(std::uint16_t server) {
    if (::SSL_accept(ssl_) != 1) return false;
    server_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    const auto address = loopback(server);
    return ::connect(server_, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
  }

  /// Passes on what one of the two said; false where one of them has left.
  bool pass(std::atomic<std::uint64_t>& heard) {
    std::array<pollfd, 2> watched{{{client_, POLLIN, 0}, {server_, POLLIN, 0}}};
    const bool pending = ::SSL_pending(ssl_) > 0;  // taken from the socket already
    ::poll(watched.data(), watched.size(), pending ? 0 : -1);
    if ((pending || watched[0].revents != 0) && !up(heard)) return false;
    return watched[1].revents == 0 || down();
  }

 private:
  bool up(std::atomic<std::uint64_t>& heard) {
    const int got = ::SSL_read(ssl_, block_.data(), static_cast<int>(block_.size()));
    if (got <= 0) return ::SSL_get_error(ssl_, got) == SSL_ERROR_WANT_READ;  // of the protocol's own
    heard += static_cast<std::uint64_t>(got);
    for (std::string_view rest(block_.data(), static_cast<std::size_t>(got)); !rest.empty();) {
      const ssize_t sent = ::send(server_, rest.data(), rest.size(), MSG_NOSIGNAL);
      if (sent <= 0) return false;
      rest.remove_prefix(static_cast<std::size_t>(sent));
    }
    return true;
  }

  bool down() {
    const ssize_t got = ::recv(server_, block_.data(), block_.size(), 0);
    return got > 0 && ::SSL_write(ssl_, block_.data(), static_cast<int>(got)) == got;
  }

  SSL* const ssl_;
  const int client_;
  int server_ = -1;
  std::array<char, 16'384> block_;
};

}  // namespace

TlsTerminator::TlsTerminator(std::uint16_t server, const std::string& certificate, const std::string& clients)
    : server_(server), context_(::SSL_CTX_new(::TLS_server_method()), [](void* context) {
        ::SSL_CTX_free(static_cast<SSL_CTX*>(context));
      }) {
  auto* const context = static_cast<SSL_CTX*>(context_.get());
  ::SSL_CTX_clear_mode(context, SSL_MODE_AUTO_RETRY);  // else a read could wait while the server has something to say
  if (::SSL_CTX_use_certificate_chain_file(context, (certificate + "/certificate.pem").c_str()) != 1 ||
      ::SSL_CTX_use_PrivateKey_file(context, (certificate + "/key.pem").c_str(), SSL_FILETYPE_PEM) != 1)
    throw std::runtime_error("no certificate in " + certificate);
  if (!clients.empty()) {
    if (::SSL_CTX_load_verify_locations(context, clients.c_str(), nullptr) != 1)
      throw std::runtime_error("no authority in " + clients);
    ::SSL_CTX_set_verify(context, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, nullptr);
  }
  listener_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  auto address = loopback(0);
  socklen_t size = sizeof address;
  auto* const any = reinterpret_cast<sockaddr*>(&address);
  if (::bind(listener_, any, size) != 0 || ::listen(listener_, 8) != 0 || ::getsockname(listener_, any, &size) != 0) {
    ::close(listener_);
    throw std::runtime_error("no port for TLS");
  }
  port_ = ntohs(address.sin_port);
  acceptor_ = std::thread([this] { accept_all(); });
}

TlsTerminator::~TlsTerminator() {
  stopping_ = true;
  ::shutdown(listener_, SHUT_RDWR);
  acceptor_.join();
  {
    const std::lock_guard lock(mutex_);
    for (const int client : open_) ::shutdown(client, SHUT_RDWR);
  }
  for (auto& thread : threads_) thread.join();
  ::close(listener_);
}

void TlsTerminator::accept_all() {
  while (!stopping_) {
    const int client = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
    if (client < 0) continue;
    const std::lock_guard lock(mutex_);
    const auto place = open_.insert(open_.end(), client);
    threads_.emplace_back([this, client, place] {
      serve(client);
      const std::lock_guard closing(mutex_);
      open_.erase(place);
      ::close(client);
    });
  }
}

void TlsTerminator::serve(int client) {
  // OpenSSL writes to a client that is gone; that must not end the tests, nor hide a signal that the driver causes.
  sigset_t sigpipe;
  sigemptyset(&sigpipe);
  sigaddset(&sigpipe, SIGPIPE);
  pthread_sigmask(SIG_BLOCK, &sigpipe, nullptr);
  Tunnel tunnel(static_cast<SSL_CTX*>(context_.get()), client);
  if (!tunnel.open(server_)) return;
  while (tunnel.pass(bytes_)) {
  }
}

}  // namespace trifle::stats::test
