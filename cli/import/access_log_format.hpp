#pragma once

#include <array>
#include <cstdint>
#include <string>

#include "import/line_format.hpp"
#include "input/access_log_line.hpp"

namespace trifle::cli {

/// What the access log formats track unless flags say otherwise: `count`, `bytes`, `status.<code>`, `method.<method>`.
/// One function from the line to the batch, without an allocation: an import of a large log is mostly this.
class AccessLogImport final : public LineFormat {
 public:
  AccessLogImport(AccessLogFormat format, std::string key) : format_(format), key_(std::move(key)) {}

  std::string_view add(std::string_view line, stats::Batch& batch) override;

 private:
  /// "method.GET", with the method as one name whatever stands in it. The method is part of a whole line.
  std::string_view method_path(std::string_view method);

  struct KnownMethod {
    std::uint64_t word = 0;  // the method's first bytes, compared at once
    std::string method;
    std::string path;
  };

  AccessLogFormat format_;
  std::string key_;
  ClfClock clock_;
  AccessLogLine parts_;  // of the line at hand; kept, for clearing it would cost as much as filling it
  std::array<char, 10> status_path_ = {'s', 't', 'a', 't', 'u', 's', '.', '0', '0', '0'};
  std::array<KnownMethod, 4> methods_;  // the last ones seen
  std::size_t next_method_ = 0;
};

}  // namespace trifle::cli
