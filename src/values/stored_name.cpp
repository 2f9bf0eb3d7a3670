#include "values/stored_name.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>

namespace trifle::stats::detail {
namespace {

struct Code {
  char literal;
  std::string_view stored;
};
constexpr Code kCodes[] = {{'\0', "%00"}, {'"', "%22"}, {'$', "%24"}, {'%', "%25"},
                           {'*', "%2A"},  {'.', "%2E"}, {'\\', "%5C"}};

/// What a path's byte needs beyond a copy: an escape or a code, or a look at the UTF-8 that it belongs to.
enum class Need : std::uint8_t { Nothing, Attention };

constexpr auto kNeeds = [] {
  std::array<Need, 256> needs{};
  for (const auto& code : kCodes) {
    if (code.literal != '.') needs[static_cast<unsigned char>(code.literal)] = Need::Attention;
  }
  for (std::size_t byte = 0x80; byte < 0x100; ++byte) needs[byte] = Need::Attention;
  return needs;
}();

bool needs_attention(char c) noexcept { return kNeeds[static_cast<unsigned char>(c)] == Need::Attention; }

std::size_t plain_prefix(std::string_view text) noexcept {
  std::size_t count = 0;
  while (count < text.size() && !needs_attention(text[count])) ++count;
  return count;
}

const Code* code_of(char literal) noexcept {
  for (const auto& code : kCodes) {
    if (code.literal == literal) return &code;
  }
  return nullptr;
}

/// The code that the text starts with, if one does.
const Code* code_at(std::string_view text) noexcept {
  for (const auto& code : kCodes) {
    if (text.starts_with(code.stored)) return &code;
  }
  return nullptr;
}

void append_literal(std::string& out, char c) {
  if (!needs_attention(c) && c != '.') {
    out += c;
  } else if (const Code* code = code_of(c)) {
    out += code->stored;
  } else {
    out += c;
  }
}

/// Calls `each` with the literal bytes of a stored segment, one by one.
template <class Each>
void decode(std::string_view stored, Each&& each) {
  for (std::size_t i = 0; i < stored.size();) {
    if (const Code* code = stored[i] == '%' ? code_at(stored.substr(i)) : nullptr) {
      each(code->literal);
      i += code->stored.size();
    } else {
      each(stored[i++]);
    }
  }
}

}  // namespace

void append_stored_segment(std::string& out, std::string_view literal) {
  for (const char c : literal) append_literal(out, c);
}

std::string literal_segment(std::string_view stored) {
  std::string literal;
  literal.reserve(stored.size());
  decode(stored, [&](char c) { literal += c; });
  return literal;
}

bool append_stored_path(std::string& out, std::string_view path) {
  const std::size_t plain = plain_prefix(path);
  if (plain == path.size()) {
    out += path;
    return true;
  }
  if (!valid_utf8(path)) return false;
  out += path.substr(0, plain);
  for (std::size_t i = plain; i < path.size(); ++i) {
    const char c = path[i];
    if (c == '\\' && i + 1 < path.size() && (path[i + 1] == '.' || path[i + 1] == '*' || path[i + 1] == '\\')) {
      append_literal(out, path[++i]);
    } else if (c == '.') {
      out += c;
    } else {
      append_literal(out, c);
    }
  }
  return true;
}

bool is_canonical(std::string_view stored) noexcept {
  bool ascii = true;
  for (std::size_t i = plain_prefix(stored); i < stored.size(); ++i) {
    const char c = stored[i];
    if (!needs_attention(c)) continue;
    if (static_cast<unsigned char>(c) >= 0x80) {
      ascii = false;
    } else if (c != '%' || code_at(stored.substr(i)) == nullptr) {
      return false;
    }
  }
  return ascii || valid_utf8(stored);
}

std::string canonical(std::string_view stored) {
  std::string name;
  name.reserve(stored.size());
  for (std::size_t begin = 0;;) {
    const std::size_t dot = stored.find('.', begin);
    decode(stored.substr(begin, dot - begin), [&](char c) { append_literal(name, c); });
    if (dot == std::string_view::npos) return name;
    name += '.';
    begin = dot + 1;
  }
}

std::string spelled(std::string_view stored) {
  std::string path;
  path.reserve(stored.size());
  for (std::size_t begin = 0;;) {
    const std::size_t dot = stored.find('.', begin);
    decode(stored.substr(begin, dot - begin), [&](char c) {
      if (c == '.' || c == '*' || c == '\\') path += '\\';
      path += c;
    });
    if (dot == std::string_view::npos) return path;
    path += '.';
    begin = dot + 1;
  }
}

bool valid_utf8(std::string_view text) noexcept {
  const auto* p = reinterpret_cast<const unsigned char*>(text.data());
  const auto* const end = p + text.size();
  while (p < end) {
    if (end - p >= 8) {
      std::uint64_t eight = 0;
      std::memcpy(&eight, p, sizeof eight);
      if ((eight & 0x8080808080808080U) == 0) {
        p += 8;
        continue;
      }
    }
    if (*p < 0x80) {
      ++p;
      continue;
    }
    const int more = *p >= 0xC2 && *p <= 0xDF ? 1 : *p >= 0xE0 && *p <= 0xEF ? 2 : *p >= 0xF0 && *p <= 0xF4 ? 3 : 0;
    if (more == 0 || end - p <= more) return false;
    // The second byte's range keeps out overlong forms, surrogates and what lies past U+10FFFF.
    const unsigned char low = *p == 0xE0 ? 0xA0 : *p == 0xF0 ? 0x90 : 0x80;
    const unsigned char high = *p == 0xED ? 0x9F : *p == 0xF4 ? 0x8F : 0xBF;
    if (p[1] < low || p[1] > high) return false;
    for (int i = 2; i <= more; ++i) {
      if ((p[i] & 0xC0) != 0x80) return false;
    }
    p += more + 1;
  }
  return true;
}

}  // namespace trifle::stats::detail
