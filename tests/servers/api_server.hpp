#pragma once

#include <cstdint>
#include <functional>
#include <mutex>
#include <string>
#include <vector>

#include <trifle/stats.hpp>

#include "servers/http_server.hpp"

namespace trifle::stats::test {

/// The App's API /api/v1 as far as it is about measurements: it checks who asks, floors, stores and reads.
class ApiServer {
 public:
  struct Config {
    std::string token = "trf_oat_0123456789";
    std::string source_id = "0b7b7d5e-8c52-4f0e-9a38-6a1b8a9d0c11";
    std::string time_zone = "GMT";
    std::vector<std::string> granularities = {"1m", "1h", "1d"};
    std::string default_granularity = "1h";
    std::string type = "project";
    std::string version = "0.12.0";
    TlsFiles tls = {};
  };

  /// What happens to a request instead of, or around, what it asks for.
  struct Fault {
    enum Kind {
      None,
      Before,   ///< the connection ends, and nothing is stored
      After,    ///< it is stored, and the connection ends before a byte of the answer
      Answered  ///< `answer` is all that happens
    } kind = None;
    HttpAnswer answer = {};
  };
  using Plan = std::function<Fault(const HttpRequest&)>;

  ApiServer() : ApiServer(Config()) {}
  explicit ApiServer(Config config);

  const Config& config() const { return config_; }
  std::string url() const { return server_.url(); }
  HttpServer& http() { return server_; }
  std::uint16_t http_port() const { return server_.port(); }

  /// Asked for each request; may be changed at any time.
  void plan(Plan plan);

  /// What came in, oldest first.
  std::vector<HttpRequest> requests() const;
  std::uint64_t stored() const;

  /// The database behind it.
  Stats& stats() { return stats_; }
  /// The sum of a path over all buckets of the day that `at` is in; 0 where there is nothing.
  Number sum(const std::string& key, const std::string& path, Instant at);

 private:
  HttpAnswer handle(const HttpRequest& request);
  HttpAnswer answer(const HttpRequest& request);
  HttpAnswer store(const HttpRequest& request);
  HttpAnswer read(const std::string& query);
  HttpAnswer source() const;

  const Config config_;
  Stats stats_;
  mutable std::mutex mutex_;
  Plan plan_;
  std::vector<HttpRequest> requests_;
  std::uint64_t stored_ = 0;
  HttpServer server_;  // last: its threads use all of the above
};

}  // namespace trifle::stats::test
