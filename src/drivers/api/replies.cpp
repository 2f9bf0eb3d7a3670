#include "drivers/api/replies.hpp"

#include <array>
#include <charconv>
#include <system_error>

#include <trifle/stats/error.hpp>
#include <trifle/stats/instant.hpp>

#include "values/number_text.hpp"
#include "values/stored_name.hpp"

namespace trifle::stats::detail::api {
namespace {

/// Goes through what stands between two brackets; `one` takes each part.
template <class One>
bool each_of(JsonScanner& json, char open, char close, One&& one) {
  if (!json.take(open)) return false;
  json.skip_space();
  if (json.take(close)) return true;
  for (;;) {
    if (!one()) return false;
    json.skip_space();
    if (json.take(close)) return true;
    if (!json.take(',')) return false;
    json.skip_space();
  }
}

/// The value that `take` gets is the next.
template <class Take>
bool each_member(JsonScanner& json, Take&& take) {
  return each_of(json, '{', '}', [&] {
    std::string_view name;
    if (!json.string(name)) return false;
    json.skip_space();
    if (!json.take(':')) return false;
    json.skip_space();
    return take(name);
  });
}

/// The members of {"data":{…}}; nothing may follow.
template <class Take>
bool each_of_data(std::string_view body, Take&& take) {
  JsonScanner json(body);
  json.skip_space();
  bool found = false;
  const bool whole = each_member(json, [&](std::string_view name) {
    if (name != "data" || found) return json.value();
    found = true;
    return each_member(json, [&](std::string_view member) { return take(json, member); });
  });
  json.skip_space();
  return whole && found && json.at_end();
}

bool take_text(JsonScanner& json, std::string& text) {
  std::string_view raw;
  if (!json.string(raw)) return json.value();  // null
  text.clear();
  append_unescaped(text, raw);
  return true;
}

}  // namespace

std::optional<SeriesReply> read_series_reply(std::string_view body) {
  SeriesReply reply;
  std::string text;
  const bool is_one = each_of_data(body, [&](JsonScanner& json, std::string_view name) {
    if (name == "at") {
      return each_of(json, '[', ']', [&] {
        std::string_view raw;
        if (!json.string(raw)) return false;
        text.clear();
        append_unescaped(text, raw);
        try {
          reply.at.push_back(Instant::parse(text).unix_seconds());
        } catch (const InvalidArgument&) {
          return false;
        }
        return true;
      });
    }
    if (name == "values") {
      return each_of(json, '[', ']', [&] {
        const char* const begin = json.position();
        if (!json.value()) return false;
        reply.values.emplace_back(begin, static_cast<std::size_t>(json.position() - begin));
        return true;
      });
    }
    return json.value();
  });
  if (!is_one || reply.at.size() != reply.values.size()) return std::nullopt;
  return reply;
}

std::optional<std::span<const Field>> BucketReader::read(std::string_view text) {
  path_.clear();
  names_.clear();
  numbers_.clear();
  fields_.clear();
  JsonScanner json(text);
  json.skip_space();
  if (!read_map(json)) return std::nullopt;
  fields_.reserve(names_.size());
  for (std::size_t i = 0; i < names_.size(); ++i) fields_.push_back({names_[i], numbers_[i]});
  return std::span<const Field>(fields_);
}

bool BucketReader::read_map(JsonScanner& json) {
  const auto outer = path_.size();
  return each_member(json, [&](std::string_view name) {
    path_.resize(outer);
    text_.clear();
    append_unescaped(text_, name);
    append_stored_segment(path_, text_);
    std::string_view raw;
    if (json.peek() == '{') {
      path_ += '.';
      return read_map(json);
    }
    if (json.string(raw)) {
      text_.clear();
      append_unescaped(text_, raw);
      add(text_);
      return true;
    }
    if (json.number(raw)) return add(raw);
    return json.value();
  });
}

bool BucketReader::add(std::string_view number) {
  const auto read = read_number(number);
  if (!read) return false;
  names_.push_back(path_);
  numbers_.push_back(*read);
  return true;
}

std::optional<drivers::ApiSource> read_source_reply(std::string_view body) {
  drivers::ApiSource source;
  const bool is_one = each_of_data(body, [&](JsonScanner& json, std::string_view name) {
    if (name == "id") return take_text(json, source.id);
    if (name == "type") return take_text(json, source.type);
    if (name == "display_name") return take_text(json, source.display_name);
    if (name == "time_zone") return take_text(json, source.time_zone);
    if (name == "default_granularity") return take_text(json, source.default_granularity);
    if (name == "server_version") return take_text(json, source.server_version);
    if (name == "available_granularities" && json.peek() == '[')
      return each_of(json, '[', ']', [&] { return take_text(json, source.granularities.emplace_back()); });
    return json.value();
  });
  if (!is_one) return std::nullopt;
  return source;
}

bool knows_no_operation(std::string_view version) noexcept {
  constexpr std::array<int, 3> kLast{0, 11, 8};
  std::array<int, 3> parts{};
  const char* p = version.data();
  const char* const end = p + version.size();
  for (std::size_t i = 0; i < parts.size(); ++i) {
    if (i > 0 && (p == end || *p++ != '.')) return false;
    const auto [next, error] = std::from_chars(p, end, parts[i]);
    if (error != std::errc()) return false;
    p = next;
  }
  return parts <= kLast;
}

}  // namespace trifle::stats::detail::api
