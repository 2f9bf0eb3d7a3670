#include "servers/http_call.hpp"

#include <netdb.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <stdexcept>
#include <string_view>

namespace trifle::stats::test {
namespace {

class Socket {
 public:
  Socket(const std::string& host, const std::string& port) {
    addrinfo hints{};
    hints.ai_socktype = SOCK_STREAM;
    addrinfo* found = nullptr;
    if (::getaddrinfo(host.c_str(), port.c_str(), &hints, &found) != 0) throw std::runtime_error("no host " + host);
    const std::unique_ptr<addrinfo, decltype(&::freeaddrinfo)> address(found, ::freeaddrinfo);
    descriptor_ = ::socket(address->ai_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (descriptor_ < 0 || ::connect(descriptor_, address->ai_addr, address->ai_addrlen) != 0) {
      const std::string reason = std::strerror(errno);
      if (descriptor_ >= 0) ::close(descriptor_);
      throw std::runtime_error(host + ":" + port + ": " + reason);
    }
  }
  Socket(const Socket&) = delete;
  Socket& operator=(const Socket&) = delete;
  ~Socket() { ::close(descriptor_); }

  void send(std::string_view data) const {
    while (!data.empty()) {
      const ssize_t sent = ::send(descriptor_, data.data(), data.size(), MSG_NOSIGNAL);
      if (sent < 0 && errno == EINTR) continue;
      if (sent < 0) throw std::runtime_error(std::string("send: ") + std::strerror(errno));
      data.remove_prefix(static_cast<std::size_t>(sent));
    }
  }

  std::string read_to_end() const {
    std::string all;
    std::array<char, 8192> block;
    for (;;) {
      const ssize_t got = ::recv(descriptor_, block.data(), block.size(), 0);
      if (got < 0 && errno == EINTR) continue;
      if (got < 0) throw std::runtime_error(std::string("recv: ") + std::strerror(errno));
      if (got == 0) return all;
      all.append(block.data(), static_cast<std::size_t>(got));
    }
  }

 private:
  int descriptor_ = -1;
};

}  // namespace

HttpReply http_call(const std::string& base, const std::string& method, const std::string& path,
                    const std::string& body) {
  constexpr std::string_view kScheme = "http://";
  if (!base.starts_with(kScheme)) throw std::runtime_error("not http: " + base);
  const std::string host = base.substr(kScheme.size(), base.find_first_of(":/", kScheme.size()) - kScheme.size());
  const auto colon = base.find(':', kScheme.size());
  const std::string port = colon == std::string::npos ? "80" : base.substr(colon + 1);

  const Socket socket(host, port);
  // Version 1.0: the reply isn't chunked, and ends with the connection.
  socket.send(method + " " + path + " HTTP/1.0\r\nHost: " + host + "\r\nContent-Type: application/json\r\n" +
              "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body);
  const std::string reply = socket.read_to_end();
  const auto head = reply.find("\r\n\r\n");
  if (!reply.starts_with("HTTP/1.") || head == std::string::npos)
    throw std::runtime_error("no HTTP reply from " + base);
  return {std::atoi(reply.c_str() + reply.find(' ')), reply.substr(head + 4)};
}

}  // namespace trifle::stats::test
