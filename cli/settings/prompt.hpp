#pragma once

#include <string>

namespace trifle::cli {

/// Asks for a password or the like (`what`) on the terminal, also where standard input and output are none, and shows
/// nothing of it. Throws Failure where nothing was typed, and with the text `otherwise` where the program has no
/// terminal. A signal that would end the program still does, after the terminal is as it was.
std::string ask_secret(const std::string& question, const std::string& what, const std::string& otherwise);

}  // namespace trifle::cli
