#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace trifle::cli {

/// One line of a web server's log in the common or combined format; views into the line, valid as long as it is.
struct AccessLogLine {
  std::string_view host;
  std::string_view user;     ///< ident and user: what stands between host and time
  std::string_view time;     ///< "17/May/2015:10:05:03 +0000"
  std::string_view request;  ///< as the client sent it, with the server's escapes
  std::string_view status;   ///< three digits
  std::string_view bytes;    ///< digits, or "-"
  std::string_view referer;  ///< combined only
  std::string_view rest;     ///< combined only: from the user agent to the end of the line

  /// The first word of the request; empty where the request isn't `METHOD target…`.
  std::string_view method() const noexcept {
    // Methods are so short that a loop is done before a search has begun.
    for (std::size_t i = 0; i < request.size(); ++i) {
      if (request[i] == ' ') return request.substr(0, i);
    }
    return {};
  }
  std::string_view target() const noexcept;
  std::string_view protocol() const noexcept;
  /// Up to its quote, or to the end of the line: servers cut a long user agent off, with its quote.
  std::string_view agent() const noexcept;
};

enum class AccessLogFormat { Common, Combined };

/// Takes a line apart without allocating. Returns what is wrong with it, or "" where nothing is.
std::string_view parse_access_log_line(std::string_view line, AccessLogFormat format, AccessLogLine& out) noexcept;

/// Reads "17/May/2015:10:05:03 +0000" to unix seconds. Remembers the minute, for lines come in order.
class ClfClock {
 public:
  /// Nothing for text that isn't such a time.
  std::optional<std::int64_t> read(std::string_view text) noexcept;

 private:
  bool read_minute(std::string_view text) noexcept;

  // "17/May/2015:10:05:". A line break stands in no line, so the first line matches neither text.
  char minute_text_[18] = {'\n'};
  std::int64_t minute_ = 0;  // unix seconds of the minute's start, were its wall clock UTC's
  char zone_text_[5] = {'\n'};
  std::int64_t zone_ = 0;  // seconds ahead of UTC
};

}  // namespace trifle::cli
