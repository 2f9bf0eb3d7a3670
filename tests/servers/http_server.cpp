#include "servers/http_server.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <openssl/ssl.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <sys/socket.h>
#include <unistd.h>
#include <zlib.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <cstring>
#include <optional>
#include <stdexcept>
#include <string_view>
#include <utility>

#include "servers/loopback.hpp"

namespace trifle::stats::test {
namespace {

constexpr int kGzip = 16;  // added to the size of zlib's window

std::string through_zlib(const std::string& text, int (*step)(z_stream*, int), z_stream& stream) {
  std::string out;
  std::array<char, 16384> block;
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
  stream.avail_in = static_cast<uInt>(text.size());
  int result = Z_OK;
  while (result == Z_OK) {
    stream.next_out = reinterpret_cast<Bytef*>(block.data());
    stream.avail_out = static_cast<uInt>(block.size());
    result = step(&stream, Z_FINISH);
    if (result == Z_BUF_ERROR && stream.avail_out == 0) result = Z_OK;
    out.append(block.data(), block.size() - stream.avail_out);
  }
  if (result != Z_STREAM_END) throw std::runtime_error("not gzip");
  return out;
}

std::string packed(const std::string& text) {
  z_stream stream{};
  ::deflateInit2(&stream, Z_BEST_SPEED, Z_DEFLATED, MAX_WBITS + kGzip, 8, Z_DEFAULT_STRATEGY);
  auto out = through_zlib(text, ::deflate, stream);
  ::deflateEnd(&stream);
  return out;
}

std::string unpacked(const std::string& text) {
  z_stream stream{};
  ::inflateInit2(&stream, MAX_WBITS + kGzip);
  auto out = through_zlib(text, ::inflate, stream);
  ::inflateEnd(&stream);
  return out;
}

std::string lower(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(), [](unsigned char c) { return std::tolower(c); });
  return text;
}

std::string text_of(const HttpAnswer& answer) {
  if (!answer.raw.empty()) return answer.raw;
  const std::string body = answer.gzip ? packed(answer.body) : answer.body;
  std::string text = "HTTP/1.1 " + std::to_string(answer.status) + " Told\r\n";
  for (const auto& [name, value] : answer.headers) text += name + ": " + value + "\r\n";
  if (answer.gzip) text += "Content-Encoding: gzip\r\n";
  if (answer.status != 204) text += "Content-Length: " + std::to_string(body.size()) + "\r\n";
  return text + "\r\n" + body;
}

}  // namespace

class HttpServer::Connection {
 public:
  Connection(HttpServer& server, int socket) : server_(server), socket_(socket), number_(++server.connections_) {}
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;
  ~Connection() {
    if (ssl_) ::SSL_free(ssl_);
  }

  bool open() {
    // OpenSSL writes to a client that is gone; that must not end the tests, nor hide a signal that the driver causes.
    sigset_t sigpipe;
    sigemptyset(&sigpipe);
    sigaddset(&sigpipe, SIGPIPE);
    pthread_sigmask(SIG_BLOCK, &sigpipe, nullptr);
    if (!server_.tls_) return true;
    ssl_ = ::SSL_new(static_cast<SSL_CTX*>(server_.tls_.get()));
    ::SSL_set_fd(ssl_, socket_);
    return ::SSL_accept(ssl_) == 1;
  }

  /// Nothing where the other side is gone.
  std::optional<HttpRequest> next() {
    std::size_t end = 0;
    while ((end = pending_.find("\r\n\r\n")) == std::string::npos)
      if (!receive()) return {};
    HttpRequest request;
    request.connection = number_;
    std::string_view head = std::string_view(pending_).substr(0, end);
    const auto line = head.substr(0, head.find("\r\n"));
    const auto first = line.find(' ');
    const auto second = line.rfind(' ');
    request.method = line.substr(0, first);
    request.target = line.substr(first + 1, second - first - 1);
    for (auto at = head.find("\r\n"); at != std::string_view::npos;) {
      const auto next = head.find("\r\n", at + 2);
      const auto header = head.substr(at + 2, next == std::string_view::npos ? next : next - at - 2);
      const auto colon = header.find(':');
      auto value = header.substr(std::min(header.size(), colon + 1));
      while (value.starts_with(' ')) value.remove_prefix(1);
      request.headers[lower(std::string(header.substr(0, colon)))] = value;
      at = next;
    }
    const auto length = request.headers.contains("content-length") ? std::stoul(request.headers["content-length"]) : 0;
    pending_.erase(0, end + 4);
    while (pending_.size() < length)
      if (!receive()) return {};
    request.body = pending_.substr(0, length);
    pending_.erase(0, length);
    if (const auto found = request.headers.find("content-encoding");
        found != request.headers.end() && found->second == "gzip")
      request.body = unpacked(request.body);
    return request;
  }

  bool send(std::string_view text) {
    while (!text.empty()) {
      const auto sent = ssl_ ? ::SSL_write(ssl_, text.data(), static_cast<int>(text.size()))
                             : static_cast<int>(::send(socket_, text.data(), text.size(), MSG_NOSIGNAL));
      if (sent <= 0) return false;
      text.remove_prefix(static_cast<std::size_t>(sent));
    }
    return true;
  }

  /// Until one of the two ends.
  void tunnel(std::uint16_t port) {
    const int server = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    const auto address = loopback(port);
    bool open = ::connect(server, reinterpret_cast<const sockaddr*>(&address), sizeof(address)) == 0;
    while (open) {
      std::array<pollfd, 2> watched{{{socket_, POLLIN, 0}, {server, POLLIN, 0}}};
      ::poll(watched.data(), watched.size(), -1);
      for (const auto& [from, to] : {std::pair(0, server), std::pair(1, socket_)})
        if (watched[from].revents != 0 && !pass(watched[from].fd, to)) open = false;
    }
    ::close(server);
  }

 private:
  static bool pass(int from, int to) {
    std::array<char, 16384> block;
    const auto got = ::recv(from, block.data(), block.size(), 0);
    return got > 0 && ::send(to, block.data(), static_cast<std::size_t>(got), MSG_NOSIGNAL) == got;
  }

  bool receive() {
    std::array<char, 16384> block;
    const auto got = ssl_ ? ::SSL_read(ssl_, block.data(), static_cast<int>(block.size()))
                          : static_cast<int>(::recv(socket_, block.data(), block.size(), 0));
    if (got <= 0) return false;
    server_.bytes_ += static_cast<std::uint64_t>(got);
    pending_.append(block.data(), static_cast<std::size_t>(got));
    return true;
  }

  HttpServer& server_;
  const int socket_;
  const std::uint64_t number_;
  SSL* ssl_ = nullptr;
  std::string pending_;
};

HttpServer::HttpServer(Handler handler, TlsFiles tls) : handler_(std::move(handler)) {
  if (!tls.chain.empty()) {
    tls_ = std::shared_ptr<void>(::SSL_CTX_new(::TLS_server_method()),
                                 [](void* context) { ::SSL_CTX_free(static_cast<SSL_CTX*>(context)); });
    auto* const context = static_cast<SSL_CTX*>(tls_.get());
    if (::SSL_CTX_use_certificate_chain_file(context, tls.chain.c_str()) != 1 ||
        ::SSL_CTX_use_PrivateKey_file(context, tls.key.c_str(), SSL_FILETYPE_PEM) != 1)
      throw std::runtime_error("no certificate");
  }
  listener_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  auto address = loopback(0);
  socklen_t size = sizeof(address);
  if (::bind(listener_, reinterpret_cast<sockaddr*>(&address), size) != 0 || ::listen(listener_, 64) != 0 ||
      ::getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size) != 0)
    throw std::runtime_error(std::string("no server: ") + std::strerror(errno));
  port_ = ntohs(address.sin_port);
  acceptor_ = std::thread([this] { accept_all(); });
}

HttpServer::~HttpServer() {
  stopping_ = true;
  ::shutdown(listener_, SHUT_RDWR);
  acceptor_.join();
  {
    const std::lock_guard lock(mutex_);
    for (const int socket : open_) ::shutdown(socket, SHUT_RDWR);
  }
  for (auto& thread : threads_) thread.join();
  ::close(listener_);
}

std::string HttpServer::url() const {
  return (tls_ ? "https://localhost:" : "http://127.0.0.1:") + std::to_string(port_);
}

void HttpServer::accept_all() {
  while (!stopping_) {
    const int socket = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
    if (socket < 0) continue;
    const std::lock_guard lock(mutex_);
    const auto place = open_.insert(open_.end(), socket);
    threads_.emplace_back([this, socket, place] {
      {
        Connection connection(*this, socket);
        try {
          serve(connection);
        } catch (const std::exception&) {  // what isn't HTTP
        }
      }
      const std::lock_guard closing(mutex_);
      open_.erase(place);
      ::close(socket);
    });
  }
}

void HttpServer::serve(Connection& connection) {
  if (!connection.open()) return;
  while (const auto request = connection.next()) {
    const HttpAnswer answer = handler_(*request);
    const std::string text = text_of(answer);
    if (!connection.send(std::string_view(text).substr(0, answer.cut)) || answer.cut < text.size()) return;
    if (answer.tunnel != 0) connection.tunnel(answer.tunnel);
    if (answer.close || answer.tunnel != 0) return;
  }
}

}  // namespace trifle::stats::test
