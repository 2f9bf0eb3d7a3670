#include "settings/server_url.hpp"

#include <algorithm>
#include <array>

namespace trifle::cli {
namespace {

constexpr std::string_view kColonSlashes = "://";
constexpr std::string_view kStars = "***";

/// user:password, without the @ behind it; nothing where there is no @.
struct UserPart {
  std::size_t begin = 0;
  std::size_t end = 0;
  bool there = false;
};

UserPart user_part(std::string_view url) {
  const auto scheme = url.find(kColonSlashes);
  if (scheme == std::string_view::npos) return {};
  const std::size_t begin = scheme + kColonSlashes.size();
  const auto end = url.substr(0, url.find_first_of("/?#", begin)).rfind('@');
  if (end == std::string_view::npos || end < begin) return {begin, begin, false};
  return {begin, end, true};
}

bool is_unreserved(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '.' ||
         c == '_' || c == '~';
}

bool ends_value(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '&' || c == '"' || c == ';'; }

// A URL that is spoiled by a password that should have been escaped is hidden to its last @.
std::string without_user_passwords(std::string_view message) {
  std::string out;
  while (true) {
    const auto scheme = message.find(kColonSlashes);
    if (scheme == std::string_view::npos) return out.append(message);
    const std::size_t begin = scheme + kColonSlashes.size();
    const std::string_view word = message.substr(begin, message.find_first_of(" \t\n\"", begin) - begin);
    const auto at = word.rfind('@');
    const auto colon = word.find(':');
    out.append(message.substr(0, begin));
    message.remove_prefix(begin);
    if (at == std::string_view::npos || colon == std::string_view::npos || colon > at) continue;
    out.append(word.substr(0, colon + 1)).append(kStars);
    message.remove_prefix(at);
  }
}

std::string without_named_passwords(std::string_view message) {
  std::string out;
  while (true) {
    const auto name = message.find("password=");
    if (name == std::string_view::npos) return out.append(message);
    const std::size_t begin = name + std::string_view("password=").size();
    out.append(message.substr(0, begin));
    message.remove_prefix(begin);
    std::size_t end = 0;
    if (message.starts_with('\'')) {
      for (end = 1; end < message.size() && message[end] != '\''; ++end) {
        if (message[end] == '\\') ++end;
      }
      end = std::min(end + 1, message.size());
    } else {
      while (end < message.size() && !ends_value(message[end])) ++end;
    }
    if (end > 0) out.append(kStars);
    message.remove_prefix(end);
  }
}

}  // namespace

bool is_url(std::string_view text) { return text.find(kColonSlashes) != std::string_view::npos; }

std::string scheme_of(std::string_view url) {
  return is_url(url) ? std::string(url.substr(0, url.find(kColonSlashes))) : std::string();
}

bool holds_password(std::string_view url) {
  const UserPart user = user_part(url);
  if (user.there && url.substr(user.begin, user.end - user.begin).find(':') != std::string_view::npos) return true;
  return without_named_passwords(url) != url;
}

bool has_parameter(std::string_view url, std::string_view name) {
  auto place = url.find('?');
  while (place != std::string_view::npos) {
    const std::string_view rest = url.substr(place + 1);
    if (rest.starts_with(name) && rest.substr(name.size()).starts_with('=')) return true;
    place = url.find('&', place + 1);
  }
  return false;
}

std::string percent_encoded(std::string_view text) {
  static constexpr std::array<char, 16> kDigits = {'0', '1', '2', '3', '4', '5', '6', '7',
                                                   '8', '9', 'A', 'B', 'C', 'D', 'E', 'F'};
  std::string out;
  for (const char c : text) {
    if (is_unreserved(c)) {
      out += c;
    } else {
      const auto byte = static_cast<unsigned char>(c);
      out += '%';
      out += kDigits[byte >> 4];
      out += kDigits[byte & 15];
    }
  }
  return out;
}

std::string with_parameter(std::string url, std::string_view name, std::string_view value) {
  url += url.find('?') == std::string::npos ? '?' : '&';
  return url.append(name).append("=").append(percent_encoded(value));
}

std::string with_password(std::string_view url, std::string_view password) {
  const UserPart user = user_part(url);
  const std::string_view name = url.substr(user.begin, user.end - user.begin);
  std::string changed(url.substr(0, user.begin));
  changed.append(name.substr(0, name.find(':'))).append(":").append(percent_encoded(password)).append("@");
  return changed.append(url.substr(user.there ? user.end + 1 : user.begin));
}

std::string without_passwords(std::string_view message) {
  return without_named_passwords(without_user_passwords(message));
}

}  // namespace trifle::cli
