#pragma once

#include <algorithm>
#include <string>
#include <string_view>

namespace trifle::stats::test {

/// Where the host and port of scheme://user:password@host:port/path stand in it.
struct AddressInUrl {
  std::size_t begin = 0;
  std::size_t end = 0;
};

inline AddressInUrl address_in(std::string_view url) {
  const auto scheme = url.find("://");
  std::size_t begin = scheme == std::string_view::npos ? 0 : scheme + 3;
  const std::size_t end = std::min(url.find_first_of("/?", begin), url.size());
  const auto at = url.substr(0, end).rfind('@');
  if (at != std::string_view::npos && at >= begin) begin = at + 1;
  return {begin, end};
}

/// host:port of a URL.
inline std::string address_of(std::string_view url) {
  const auto [begin, end] = address_in(url);
  return std::string(url.substr(begin, end - begin));
}

/// The same URL with another host:port.
inline std::string with_address(std::string_view url, std::string_view address) {
  const auto [begin, end] = address_in(url);
  return std::string(url.substr(0, begin)) + std::string(address) + std::string(url.substr(end));
}

/// The same URL with another password; "" takes it away.
inline std::string with_password(std::string_view url, std::string_view password) {
  const auto [begin, end] = address_in(url);
  const auto scheme = url.find("://");
  const std::size_t user = scheme == std::string_view::npos ? 0 : scheme + 3;
  if (begin == user) return std::string(url);
  const std::size_t colon = std::min(url.find(':', user), begin - 1);
  std::string changed(url.substr(0, colon));
  if (!password.empty()) changed += ":" + std::string(password);
  return changed + std::string(url.substr(begin - 1));
}

}  // namespace trifle::stats::test
