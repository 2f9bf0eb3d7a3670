#include "drivers/mysql/url.hpp"

#include <array>
#include <charconv>
#include <string>
#include <utility>

#include <trifle/stats/error.hpp>

namespace trifle::stats::detail::mysql {
namespace {

[[noreturn]] void refuse(const std::string& why) {
  throw InvalidArgument("the URL of the database " + why +
                        "; expected is mysql://user:password@host:port/database?tls=…");
}

int hex_digit(char c) noexcept {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

std::string decoded(std::string_view text, const char* part) {
  std::string plain;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      plain += text[i];
      continue;
    }
    const int high = i + 2 < text.size() ? hex_digit(text[i + 1]) : -1;
    const int low = high >= 0 ? hex_digit(text[i + 2]) : -1;
    if (low < 0) refuse(std::string("has a '%' without two hexadecimal digits in its ") + part);
    plain += static_cast<char>(high * 16 + low);
    i += 2;
  }
  if (plain.find('\0') != std::string::npos) refuse(std::string("holds a NUL in its ") + part);
  return plain;
}

/// What stands before the first `separator`; all of it where there is none. `text` keeps what is behind.
std::string_view take_until(std::string_view& text, char separator) {
  const auto at = text.find(separator);
  const auto taken = text.substr(0, at);
  text = at == std::string_view::npos ? std::string_view() : text.substr(at + 1);
  return taken;
}

void read_host(std::string_view text, drivers::MysqlServer& server) {
  if (text.empty()) return;
  std::string_view port;
  if (text.front() == '[') {
    const auto end = text.find(']');
    if (end == std::string_view::npos) refuse("has an address without its closing bracket");
    server.host = text.substr(1, end - 1);
    port = text.substr(end + 1);
    if (!port.empty() && port.front() != ':') refuse("has something behind the bracket that is no port");
  } else {
    const auto colon = text.find(':');
    const auto host = text.substr(0, colon);
    if (!host.empty()) server.host = decoded(host, "host");
    port = colon == std::string_view::npos ? std::string_view() : text.substr(colon);
  }
  if (port.empty()) return;
  port.remove_prefix(1);
  unsigned number = 0;
  const auto* const last = port.data() + port.size();
  const auto read = std::from_chars(port.data(), last, number);
  if (read.ec != std::errc() || read.ptr != last || number == 0 || number > 65'535)
    refuse("has a port that is no number from 1 to 65535");
  server.port = static_cast<std::uint16_t>(number);
}

drivers::Tls read_tls(const std::string& value) {
  using drivers::Tls;
  constexpr std::array<std::pair<std::string_view, Tls>, 5> kModes{{{"off", Tls::Off},
                                                                    {"prefer", Tls::Prefer},
                                                                    {"require", Tls::Require},
                                                                    {"verify-ca", Tls::VerifyCa},
                                                                    {"verify-full", Tls::VerifyFull}}};
  for (const auto& [name, mode] : kModes) {
    if (value == name) return mode;
  }
  refuse("asks for tls=" + value + ", and there is off, prefer, require, verify-ca and verify-full");
}

void read_parameter(std::string_view text, drivers::MysqlServer& server) {
  const auto name = take_until(text, '=');
  auto value = decoded(text, "parameters");
  if (name == "tls") {
    server.tls = read_tls(value);
  } else if (name == "ca") {
    server.ca_file = std::move(value);
  } else if (name == "cert") {
    server.certificate_file = std::move(value);
  } else if (name == "key") {
    server.key_file = std::move(value);
  } else if (name == "socket") {
    server.socket = std::move(value);
  } else {
    refuse("has a parameter '" + std::string(name) + "', and there is tls, ca, cert, key and socket");
  }
}

}  // namespace

drivers::MysqlServer read_url(std::string_view url) {
  const auto scheme_end = url.find("://");
  const auto scheme = url.substr(0, scheme_end);
  if (scheme_end == std::string_view::npos || (scheme != "mysql" && scheme != "mariadb"))
    refuse("doesn't begin with mysql:// or mariadb://");
  auto rest = url.substr(scheme_end + 3);
  auto parameters = rest;
  rest = take_until(parameters, '?');
  auto database = rest;
  auto authority = take_until(database, '/');

  drivers::MysqlServer server;
  if (const auto at = authority.rfind('@'); at != std::string_view::npos) {
    auto password = authority.substr(0, at);
    server.user = decoded(take_until(password, ':'), "user");
    server.password = decoded(password, "password");
    authority.remove_prefix(at + 1);
  }
  read_host(authority, server);
  server.database = decoded(database, "database");
  while (!parameters.empty()) read_parameter(take_until(parameters, '&'), server);
  return server;
}

}  // namespace trifle::stats::detail::mysql
