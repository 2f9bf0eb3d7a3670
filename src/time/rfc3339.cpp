#include "time/rfc3339.hpp"

#include "time/civil.hpp"

namespace trifle::stats::detail {
namespace {

void append_padded(std::string& out, std::int64_t value, int digits) {
  const std::string text = std::to_string(value);
  out.append(static_cast<std::size_t>(digits) - text.size(), '0').append(text);
}

}  // namespace

std::string rfc3339(Instant at, std::chrono::seconds offset) {
  const std::int64_t seconds = at.unix_seconds();
  std::int64_t minutes = floor_div(offset.count() + kMinute / 2, kMinute);
  const std::int64_t local = seconds + minutes * kMinute;
  if (local < kFirstSecond || local > kLastSecond) minutes = 0;
  const std::int64_t wall = seconds + minutes * kMinute;
  const std::int64_t days = floor_div(wall, kDay);
  const std::int64_t second = wall - days * kDay;
  const CivilDate date = civil_from_days(days);

  std::string out;
  out.reserve(32);
  append_padded(out, date.year, 4);
  append_padded(out += '-', date.month, 2);
  append_padded(out += '-', date.day, 2);
  append_padded(out += 'T', second / kHour, 2);
  append_padded(out += ':', second / kMinute % 60, 2);
  append_padded(out += ':', second % kMinute, 2);
  if (const std::int64_t micros = at.unix_micros() - seconds * 1'000'000; micros != 0) {
    append_padded(out += '.', micros, 6);
    out.erase(out.find_last_not_of('0') + 1);
  }
  if (minutes == 0) return out += 'Z';
  const std::int64_t ahead = minutes < 0 ? -minutes : minutes;
  append_padded(out += minutes < 0 ? '-' : '+', ahead / 60, 2);
  append_padded(out += ':', ahead % 60, 2);
  return out;
}

}  // namespace trifle::stats::detail
