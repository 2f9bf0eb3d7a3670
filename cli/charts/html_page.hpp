#pragma once

#include <string>
#include <vector>

#include "charts/picture.hpp"

namespace trifle::cli {

/// A page of these charts that needs nothing from outside, and says so to the browser: the pictures, their numbers in
/// tables, and a reader that follows the pointer and the arrow keys. Without scripts the pictures and tables remain.
std::string html_page(const std::vector<PictureChart>& charts, const PictureSize& size);

}  // namespace trifle::cli
