#include <trifle/stats/path.hpp>

#include <algorithm>
#include <cstddef>

#include <trifle/stats/error.hpp>

#include "values/stored_name.hpp"

namespace trifle::stats {

Path::Path(std::string_view text) {
  if (!detail::valid_utf8(text)) {
    throw InvalidArgument("the path is not valid UTF-8", {.operation = "path"});
  }
  if (text.empty()) return;
  Segment segment;
  bool escaped = false;
  const auto finish = [&] {
    segment.wildcard = !escaped && segment.name == "*";
    segments_.push_back(std::move(segment));
    segment = {};
    escaped = false;
  };
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    const char next = i + 1 < text.size() ? text[i + 1] : '\0';
    if (c == '\\' && (next == '.' || next == '*' || next == '\\')) {
      segment.name += next;
      escaped = true;
      ++i;
    } else if (c == '.') {
      finish();
    } else {
      segment.name += c;
      segment.unescaped_star = segment.unescaped_star || c == '*';
    }
  }
  finish();
}

std::string Path::escape(std::string_view name) {
  std::string text;
  text.reserve(name.size());
  for (const char c : name) {
    if (c == '.' || c == '*' || c == '\\') text += '\\';
    text += c;
  }
  return text;
}

Path Path::from_stored(std::string_view stored) {
  Path path;
  if (stored.empty()) return path;
  for (std::size_t begin = 0;;) {
    const std::size_t dot = stored.find('.', begin);
    path.segments_.push_back({.name = detail::literal_segment(stored.substr(begin, dot - begin))});
    if (dot == std::string_view::npos) return path;
    begin = dot + 1;
  }
}

bool Path::has_wildcard() const noexcept {
  return std::any_of(segments_.begin(), segments_.end(), [](const Segment& segment) { return segment.wildcard; });
}

std::string Path::to_string() const {
  std::string text;
  for (std::size_t i = 0; i < segments_.size(); ++i) {
    if (i > 0) text += '.';
    text += segments_[i].wildcard ? segments_[i].name : escape(segments_[i].name);
  }
  return text;
}

std::string Path::stored() const {
  std::string name;
  for (std::size_t i = 0; i < segments_.size(); ++i) {
    if (i > 0) name += '.';
    detail::append_stored_segment(name, segments_[i].name);
  }
  return name;
}

}  // namespace trifle::stats
