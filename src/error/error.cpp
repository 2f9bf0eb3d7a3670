#include <trifle/stats/error.hpp>

namespace trifle::stats {
namespace {

std::string described(const std::string& message, const Error::Details& details) {
  std::string text;
  if (!details.operation.empty()) text += details.operation + ": ";
  text += message;
  if (!details.backend.empty() || !details.native_text.empty()) {
    text += " (" + details.backend;
    if (!details.backend.empty() && !details.native_text.empty()) text += ": ";
    text += details.native_text;
    if (details.native_code != 0) text += ", code " + std::to_string(details.native_code);
    text += ")";
  }
  return text;
}

}  // namespace

Error::Error(ErrorCode code, const std::string& message, Details details)
    : std::runtime_error(described(message, details)),
      code_(code),
      details_(std::make_shared<const Details>(std::move(details))) {}

std::string_view to_string(ErrorCode code) noexcept {
  switch (code) {
    case ErrorCode::InvalidArgument:
      return "invalid argument";
    case ErrorCode::Connection:
      return "connection";
    case ErrorCode::Timeout:
      return "timeout";
    case ErrorCode::Storage:
      return "storage";
    case ErrorCode::CorruptData:
      return "corrupt data";
    case ErrorCode::Closed:
      return "closed";
  }
  return "unknown";
}

std::string_view to_string(Outcome outcome) noexcept {
  switch (outcome) {
    case Outcome::NotApplied:
      return "not applied";
    case Outcome::Applied:
      return "applied";
    case Outcome::Unknown:
      return "unknown";
  }
  return "unknown";
}

}  // namespace trifle::stats
