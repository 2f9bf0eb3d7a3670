#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace trifle::stats::test {

/// Which way bytes go through a proxy.
enum class Stream {
  Up,    ///< from the client to the server
  Down,  ///< from the server to the client
};

/// A proxy of Toxiproxy in front of a server, with a port of its own; it is removed with this object. Toxics also act
/// on connections that are open already, so a test can place one just before a commit.
///
/// For one thread. Throws std::runtime_error where Toxiproxy doesn't answer or refuses.
class Proxy {
 public:
  /// Whether TRIFLE_TEST_TOXIPROXY_URL says where Toxiproxy is. Without it a test skips.
  static bool available();

  /// In front of the host and port of a URL: scheme://user:password@host:port/path.
  explicit Proxy(const std::string& url);
  Proxy(const Proxy&) = delete;
  Proxy& operator=(const Proxy&) = delete;
  ~Proxy();

  std::uint16_t port() const noexcept { return port_; }
  /// The URL that was given, with the proxy's address in place of the server's.
  const std::string& url() const noexcept { return url_; }

  /// Closes the connection after so many more bytes. Up, 0: the request never arrives. Up, n: it is cut in the middle.
  /// Down, 0: it was executed and its reply is lost. Down, n: the reply is cut.
  void limit_data(Stream stream, std::uint64_t bytes);
  /// Closes with RST instead of FIN: as soon as data comes, or after `wait`.
  void reset_peer(Stream stream, std::chrono::milliseconds wait = {});
  /// Lets nothing through, and closes after `wait`; never where it is 0.
  void timeout(Stream stream, std::chrono::milliseconds wait = {});
  void latency(Stream stream, std::chrono::milliseconds delay, std::chrono::milliseconds jitter = {});
  void bandwidth(Stream stream, std::uint64_t kilobytes_per_second);
  /// Cuts what passes into packets of about this size, with a pause between them.
  void slicer(Stream stream, std::uint64_t bytes, std::chrono::microseconds pause = {});

  /// Takes all toxics away. Connections that a toxic closed stay closed.
  void heal();
  /// Closes all connections and refuses new ones, as a server that is down does.
  void disable();
  void enable();

 private:
  using Attributes = std::vector<std::pair<std::string_view, std::uint64_t>>;
  void add(std::string_view type, Stream stream, const Attributes& attributes);

  std::string name_;
  std::string url_;
  std::uint16_t port_ = 0;
  std::vector<std::string> toxics_;
};

}  // namespace trifle::stats::test
