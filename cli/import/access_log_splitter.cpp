#include "import/line_splitter.hpp"

namespace trifle::cli {
namespace {

class AccessLogSplitter final : public LineSplitter {
 public:
  explicit AccessLogSplitter(AccessLogFormat format)
      : format_(format), names_{"host", "user", "time", "method", "target", "protocol", "status", "bytes"} {
    if (format == AccessLogFormat::Combined) names_.insert(names_.end(), {"referer", "agent"});
  }

  const std::vector<std::string>& names() const noexcept override { return names_; }

  std::string_view split(std::string_view line, std::vector<std::string_view>& fields) override {
    AccessLogLine parts;
    if (const auto wrong = parse_access_log_line(line, format_, parts); !wrong.empty()) return wrong;
    const auto space = parts.user.find(' ');
    const auto user = space == std::string_view::npos ? parts.user : parts.user.substr(space + 1);
    fields.assign(
        {parts.host, user, parts.time, parts.method(), parts.target(), parts.protocol(), parts.status, parts.bytes});
    if (format_ == AccessLogFormat::Combined) fields.insert(fields.end(), {parts.referer, parts.agent()});
    return {};
  }

 private:
  AccessLogFormat format_;
  std::vector<std::string> names_;
};

}  // namespace

std::unique_ptr<LineSplitter> access_log_splitter(AccessLogFormat format) {
  return std::make_unique<AccessLogSplitter>(format);
}

}  // namespace trifle::cli
