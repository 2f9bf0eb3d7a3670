#pragma once

#include <string>
#include <string_view>

namespace trifle::cli {

/// Text for SVG and HTML: printable, with `<`, `>`, `&` and quotes written as entities.
std::string markup_text(std::string_view text);

/// A length in pixels, with at most two digits behind the point, the same in every locale.
std::string px(double pixels);

/// How wide a text is at most, about, in the fonts that browsers take for sans-serif.
double text_width(std::string_view text, double font_size);

}  // namespace trifle::cli
