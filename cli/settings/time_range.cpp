#include "settings/time_range.hpp"

#include <charconv>
#include <optional>

#include <trifle/stats/error.hpp>

#include "failure.hpp"
#include "settings/text.hpp"

namespace trifle::cli {
namespace {

using stats::Instant;

constexpr std::chrono::hours kDefaultRange{24};

std::optional<int> digits(std::string_view text) {
  int value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size() || text.front() == '-') return std::nullopt;
  return value;
}

/// "2015-05-17"
std::optional<std::chrono::year_month_day> parse_date(std::string_view text) {
  if (text.size() != 10 || text[4] != '-' || text[7] != '-') return std::nullopt;
  const auto year = digits(text.substr(0, 4));
  const auto month = digits(text.substr(5, 2));
  const auto day = digits(text.substr(8, 2));
  if (!year || !month || !day) return std::nullopt;
  const std::chrono::year_month_day date{std::chrono::year(*year), std::chrono::month(static_cast<unsigned>(*month)),
                                         std::chrono::day(static_cast<unsigned>(*day))};
  if (!date.ok()) return std::nullopt;
  return date;
}

std::optional<Instant> parse_rfc3339(std::string_view text) {
  try {
    return Instant::parse(text);
  } catch (const stats::InvalidArgument&) {
    return std::nullopt;
  }
}

Instant whole_seconds(Instant at) { return Instant::from_unix(at.unix_seconds()); }

struct End {
  Instant at;
  std::string text;
};

End parse_end(const std::string& typed, const stats::Bucketing& bucketing, const char* flag, bool whole_day) {
  const std::string text(trimmed(typed));
  if (const auto at = parse_rfc3339(text)) return {*at, text};
  if (const auto date = parse_date(text)) {
    const Instant at =
        whole_day ? bucketing.start_of(std::chrono::sys_days(*date) + std::chrono::days(1)) - std::chrono::seconds(1)
                  : bucketing.start_of(*date);
    return {at, bucketing.format(at)};
  }
  throw UsageError(std::string(flag) + " \"" + typed +
                   "\" is neither RFC 3339 (2015-05-17T10:00:00Z) nor a date (2015-05-17)");
}

}  // namespace

TimeRange resolve_range(const RangeRequest& request, const stats::Bucketing& bucketing) {
  const Instant now = whole_seconds(Instant::now());
  if (!request.last.empty()) {
    if (!request.from.empty() || !request.to.empty()) throw UsageError("--last can't be combined with --from or --to");
    try {
      const stats::Granularity span(lower(trimmed(request.last)));
      const Instant from = bucketing.add(now, -span.count(), span.unit());
      return {from, now, bucketing.format(from), bucketing.format(now)};
    } catch (const stats::InvalidArgument&) {
      throw UsageError("--last \"" + request.last +
                       "\" is not a span of time: <number><unit> with s, m, h, d, w, mo, q or y (7d)");
    }
  }
  if (request.from.empty() && request.to.empty()) {
    const Instant from = now - kDefaultRange;
    return {from, now, bucketing.format(from), bucketing.format(now)};
  }
  if (request.from.empty()) throw UsageError("--to needs --from");
  End from = parse_end(request.from, bucketing, "--from", false);
  End to = request.to.empty() ? End{now, bucketing.format(now)} : parse_end(request.to, bucketing, "--to", true);
  if (to.at < from.at) throw UsageError("--from " + request.from + " is later than --to " + to.text);
  return {from.at, to.at, std::move(from.text), std::move(to.text)};
}

TimeRange resolve_family_range(std::string_view from, std::string_view to) {
  from = trimmed(from);
  to = trimmed(to);
  if (from.empty() && to.empty()) {
    const Instant now = whole_seconds(Instant::now());
    const Instant start = now - kDefaultRange;
    return {start, now, start.to_string(), now.to_string()};
  }
  if (from.empty() || to.empty()) {
    throw Failure("from and to are required together (RFC3339, e.g. 2024-01-02T15:04:05Z)");
  }
  const Instant first = resolve_family_instant(from, "from");
  const Instant last = resolve_family_instant(to, "to");
  return {first, last, std::string(from), std::string(to)};
}

Instant resolve_family_instant(std::string_view text, const char* label) {
  if (const auto at = parse_rfc3339(text)) return *at;
  throw Failure(std::string(label) + " must be RFC3339 (e.g. 2024-01-02T15:04:05Z or 2024-01-02T15:04:05+00:00)");
}

std::string resolve_granularity(std::string_view asked, const stats::Options& options) {
  const std::string text = lower(trimmed(asked));
  if (!text.empty()) {
    const auto unit = text.find_first_not_of("0123456789");
    const std::string suffix = unit == std::string::npos ? "" : text.substr(unit);
    const bool known = suffix == "s" || suffix == "m" || suffix == "h" || suffix == "d" || suffix == "w" ||
                       suffix == "mo" || suffix == "q" || suffix == "y";
    if (unit == 0 || !known) {
      throw Failure("granularity must be <number><unit> using s, m, h, d, w, mo, q, y (e.g. 1h, 15m, 1d)");
    }
    return text;
  }
  for (const char* preferred : {"1h", "1d"}) {
    for (const auto& configured : options.granularities) {
      if (configured == preferred) return configured;
    }
  }
  return options.granularities.empty() ? "1h" : options.granularities.front();
}

Instant parse_instant(const std::string& typed, const stats::Bucketing& bucketing, const std::string& what) {
  const std::string_view text = trimmed(typed);
  if (text == "now") return whole_seconds(Instant::now());
  if (const auto at = parse_rfc3339(text)) return *at;
  if (const auto date = parse_date(text)) return bucketing.start_of(*date);
  std::int64_t seconds = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), seconds);
  if (!text.empty() && error == std::errc() && end == text.data() + text.size()) return Instant::from_unix(seconds);
  throw UsageError(what + " \"" + typed +
                   "\" is neither RFC 3339 (2015-05-17T10:00:00Z), nor a date, nor unix seconds");
}

}  // namespace trifle::cli
