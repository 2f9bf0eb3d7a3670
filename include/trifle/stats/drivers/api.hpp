#pragma once

#include <chrono>
#include <cstddef>
#include <string>
#include <vector>

#include <trifle/stats/driver.hpp>

namespace trifle::stats::drivers {

struct ApiOptions {
  /// Scheme and host, perhaps a port and a path; "/api/v1" is added. "http://" is for this machine only, see
  /// `clear_text`.
  std::string url = "https://app.trifle.io";

  /// The organization's token. Sent with every request, never part of an error.
  std::string token = {};

  /// Which source is written and read. Empty: not sent, for servers that know it from the token.
  std::string source_id = {};

  /// A PEM file of the authorities that are trusted, in place of the system's. That the server's certificate is signed
  /// by one of them, and made out to the host of `url`, is always checked.
  std::string ca_file = {};

  /// Let "http://" go to another machine: everybody on the way reads the token.
  bool clear_text = false;

  /// Compress what is sent with gzip. Off for servers that can't read it.
  bool compress = true;

  /// How long to try to connect, TLS included. From 1 ms to one hour.
  std::chrono::milliseconds connect_timeout{10'000};

  /// How long a request may take in all. From 1 ms to one day.
  std::chrono::milliseconds timeout{10'000};

  /// Connections for reading beside the one that writes, opened when needed. From 1 to 64.
  std::size_t max_readers = 4;
};

/// The server behind an HTTP API, /api/v1 of the family's App. It makes the buckets: what is tracked is sent as it is,
/// one request each, and the granularities of `Options` say nothing about it. Reading needs the source's own time zone
/// and first weekday in `Options`, see `api_source`. Connects when first used. Throws InvalidArgument for a wrong
/// option.
Driver api(ApiOptions options);

/// What the server says of a source.
struct ApiSource {
  std::string id;
  std::string type;  ///< "project", or "database", which can only be read
  std::string display_name;
  std::string time_zone;
  std::string default_granularity;
  std::vector<std::string> granularities;  ///< empty: any may be asked for
  std::string server_version;
};

/// Asks for it, in one request. Throws as `Stats::values`.
ApiSource api_source(const ApiOptions& options);

}  // namespace trifle::stats::drivers
