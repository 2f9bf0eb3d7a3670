#pragma once

#include <optional>
#include <string>

#include "settings/settings.hpp"

namespace trifle::cli {

/// The password that the settings give apart from a URL: asked for on the terminal (`ask-password`), `password`, or
/// the first line of `password-file`; the first of these that was chosen. Nothing where none was: then the URL's own,
/// or what the client library finds. Throws Failure; no message holds a password.
std::optional<std::string> password_of(const Settings& settings);

/// The API's token: `token`, or the first line of `token-file`, or asked for on the terminal. Throws Failure; no
/// message holds a token.
std::string token_of(const Settings& settings);

/// What to say where the command line itself shows a password or a token to everybody who lists processes; "" where it
/// doesn't.
std::string password_warning(const Flags& flags);

}  // namespace trifle::cli
