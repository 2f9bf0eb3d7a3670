#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <limits>
#include <list>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace trifle::stats::test {

/// A request as it came over the wire.
struct HttpRequest {
  std::string method;
  std::string target;                          ///< path and query, as they were sent
  std::map<std::string, std::string> headers;  ///< names in lower case
  std::string body;                            ///< unpacked, where it was gzip
  std::uint64_t connection = 0;                ///< counts from 1
};

/// What is sent back, and how it goes wrong.
struct HttpAnswer {
  int status = 200;
  std::map<std::string, std::string> headers = {{"Content-Type", "application/json"}};
  std::string body = {};
  bool gzip = false;
  bool close = false;                                         ///< the connection ends behind it, unannounced
  std::size_t cut = std::numeric_limits<std::size_t>::max();  ///< so many bytes are sent, then the connection ends
  std::string raw = {};                                       ///< these bytes in place of all of the above
  std::uint16_t tunnel = 0;  ///< of a proxy: what comes behind it is passed on to this port, and back
};

/// The files of a server with TLS, PEM: its certificate followed by what leads to the root, and its key.
struct TlsFiles {
  std::string chain;
  std::string key;
};

/// An HTTP/1.1 server on 127.0.0.1, a thread for each connection, which are kept open. Its handler is called by these
/// threads. Gone with the object, whatever is under way.
class HttpServer {
 public:
  using Handler = std::function<HttpAnswer(const HttpRequest&)>;

  explicit HttpServer(Handler handler, TlsFiles tls = {});
  HttpServer(const HttpServer&) = delete;
  HttpServer& operator=(const HttpServer&) = delete;
  ~HttpServer();

  /// http://127.0.0.1:PORT, or https://localhost:PORT.
  std::string url() const;
  std::uint16_t port() const { return port_; }

  /// Connections that were accepted, and bytes that came over them above TLS.
  std::uint64_t connections() const { return connections_; }
  std::uint64_t bytes_received() const { return bytes_; }

 private:
  class Connection;

  void accept_all();
  void serve(Connection& connection);

  const Handler handler_;
  std::shared_ptr<void> tls_;  // SSL_CTX
  int listener_ = -1;
  std::uint16_t port_ = 0;
  std::atomic<bool> stopping_{false};
  std::atomic<std::uint64_t> connections_{0};
  std::atomic<std::uint64_t> bytes_{0};
  std::mutex mutex_;
  std::list<int> open_;  // sockets, to be shut down at the end
  std::vector<std::thread> threads_;
  std::thread acceptor_;
};

}  // namespace trifle::stats::test
