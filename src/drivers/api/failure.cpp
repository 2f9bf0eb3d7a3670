#include "drivers/api/failure.hpp"

#include <algorithm>
#include <string>

#include "driver/raise.hpp"

namespace trifle::stats::detail::api {
namespace {

constexpr std::size_t kLongestText = 1024;
constexpr std::chrono::seconds kLongestPause = std::chrono::hours(1);

constexpr Verdict kept(const char* message, ErrorCode code = ErrorCode::Storage) {
  return {code, Outcome::NotApplied, true, message};
}

bool is_json(std::string_view content_type) noexcept {
  constexpr std::string_view kJson = "application/json";
  return content_type.size() >= kJson.size() &&
         std::equal(kJson.begin(), kJson.end(), content_type.begin(),
                    [](char a, char b) { return a == (b >= 'A' && b <= 'Z' ? b - 'A' + 'a' : b); });
}

/// What reading and writing have in common: the server wasn't asked anything yet, or refuses whoever asks.
std::optional<Verdict> verdict_of_caller(const Answer& answer) noexcept {
  if (answer.status >= 300 && answer.status < 400)
    return kept("the server sends us to another address; give that one as the url");
  switch (answer.status) {
    case 400:
      if (answer.body.find("X-Trifle-Source-Id") == std::string_view::npos) return std::nullopt;
      return kept("the server doesn't know the source; see the option source_id");
    case 401:
      return kept("the server refuses the token");
    case 402:
    case 403:
      return kept("the token isn't allowed to do this, or the source is a database, which can't be written to");
    case 404:
    case 405:
      return kept("there is no such API at the url");
    case 407:
      return kept("the proxy wants to know who asks");
    case 408:
      return kept("the server didn't get the request in time", ErrorCode::Timeout);
    case 415:
      return kept("the server can't read the request; where it can't read gzip, set the option compress to false");
    case 425:
    case 429:
      return kept("the server has too many requests", ErrorCode::Timeout);
    case 503:
      return kept("the server isn't available", ErrorCode::Connection);
    default:
      return std::nullopt;
  }
}

}  // namespace

std::optional<Verdict> verdict_of_write(const Answer& answer) noexcept {
  constexpr Verdict kUnknown{ErrorCode::Storage, Outcome::Unknown, false, ""};
  if (answer.status >= 200 && answer.status < 300) {
    if (answer.body.empty() || is_json(answer.content_type)) return std::nullopt;
    auto other = kUnknown;
    other.message = "what answered is not the API; see the option url";
    return other;
  }
  if (const auto caller = verdict_of_caller(answer)) return caller;
  if (answer.status >= 400 && answer.status < 500)
    return Verdict{ErrorCode::Storage, Outcome::NotApplied, false, "the server refuses the measurement"};
  auto failed = kUnknown;
  failed.message = "the server failed, and doesn't say how far it came";
  return failed;
}

std::optional<Verdict> verdict_of_read(const Answer& answer) noexcept {
  if (answer.status >= 200 && answer.status < 300) {
    if (is_json(answer.content_type)) return std::nullopt;
    return kept("what answered is not the API; see the option url");
  }
  if (const auto caller = verdict_of_caller(answer)) return caller;
  if (answer.status >= 400 && answer.status < 500)
    return Verdict{ErrorCode::Storage, Outcome::NotApplied, false, "the server refuses the question"};
  return kept("the server failed");
}

Verdict verdict(Lost lost, bool timed_out) noexcept {
  const auto code = timed_out ? ErrorCode::Timeout : ErrorCode::Connection;
  switch (lost) {
    case Lost::Before:
      return kept("the server can't be reached", code);
    case Lost::Read:
      return kept("the connection was lost before the answer came", code);
    case Lost::Write:
      break;
  }
  return {code, Outcome::Unknown, false, "the connection was lost before the server answered"};
}

void raise(const Verdict& verdict, std::string_view operation, int native_code, std::string_view text,
           std::chrono::seconds retry_after) {
  Error::Details told = details_of(kBackend, operation, verdict.retry_is_safe);
  told.native_code = native_code;
  told.native_text = text.substr(0, kLongestText);
  told.outcome = verdict.outcome;
  told.retry_after = std::clamp(retry_after, std::chrono::seconds(0), kLongestPause);
  raise_as(verdict.code, verdict.message, std::move(told));
}

}  // namespace trifle::stats::detail::api
