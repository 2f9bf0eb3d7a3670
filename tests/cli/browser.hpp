#pragma once

#include <optional>
#include <string>

#include "program.hpp"

namespace trifle::test {

/// A page as a headless Chromium saw it.
struct SeenPage {
  std::string dom;      ///< after its scripts have run, as markup
  std::string console;  ///< what went to the console: errors, refused resources, and whatever scripts say
};

/// The Chromium of this machine; nothing where it has none.
std::optional<std::string> browser();

/// Opens a file of the folder. Throws std::runtime_error where the browser fails.
SeenPage open_in_browser(const Folder& folder, const std::string& file);

/// The text of the element with this id in a DOM, entities resolved.
std::string text_of(const std::string& dom, const std::string& id);

}  // namespace trifle::test
