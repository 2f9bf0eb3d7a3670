#pragma once

#include <string>
#include <string_view>

namespace trifle::cli {

/// Whether it is scheme://…
bool is_url(std::string_view text);

/// What stands in front of ://, or "".
std::string scheme_of(std::string_view url);

/// Whether scheme://user:password@… holds a password, or the query names one.
bool holds_password(std::string_view url);

/// Whether the query of a URL has this parameter.
bool has_parameter(std::string_view url, std::string_view name);

/// `text` with everything escaped that isn't unreserved in a URL.
std::string percent_encoded(std::string_view text);

/// The URL with one more parameter; its value is escaped.
std::string with_parameter(std::string url, std::string_view name, std::string_view value);

/// The URL with this password in place of its own, or of none.
std::string with_password(std::string_view url, std::string_view password);

/// `message` with `***` in place of what may be the password of a URL or of a connection string in it.
std::string without_passwords(std::string_view message);

}  // namespace trifle::cli
