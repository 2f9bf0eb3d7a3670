#include "charts/picture_parts.hpp"

#include <sstream>

#include "charts/markup.hpp"

namespace trifle::cli {
namespace {

constexpr double kMargin = 16;
constexpr double kFont = 12;
constexpr double kTitleFont = 16;

}  // namespace

std::string svg_text(double x, double y, const std::string& text, const char* classes, const char* anchor) {
  return "<text x=\"" + px(x) + "\" y=\"" + px(y) + "\" class=\"" + classes + "\"" +
         (std::string_view(anchor) == "start" ? std::string() : " text-anchor=\"" + std::string(anchor) + "\"") + ">" +
         markup_text(text) + "</text>\n";
}

std::string svg_line(double x1, double y1, double x2, double y2, const char* classes) {
  return "<line x1=\"" + px(x1) + "\" y1=\"" + px(y1) + "\" x2=\"" + px(x2) + "\" y2=\"" + px(y2) + "\" class=\"" +
         classes + "\"/>\n";
}

std::string svg_heading(const PictureChart& picture, const PictureSize& size, double& bottom) {
  std::string out = "<rect width=\"" + std::to_string(size.width) + "\" height=\"" + std::to_string(size.height) +
                    "\" class=\"bg\"/>\n";
  double y = kMargin + 10;
  const auto paragraph = [&](const std::string& text, double font, const char* classes) {
    std::istringstream words(text);
    std::string line;
    for (std::string word; words >> word;) {
      if (!line.empty() && text_width(line + " " + word, font) > size.width - 2 * kMargin) {
        out += svg_text(kMargin, y, line, classes);
        y += font + 4;
        line.clear();
      }
      line += (line.empty() ? "" : " ") + word;
    }
    out += svg_text(kMargin, y, line, classes);
    y += font + 4;
  };
  paragraph(picture_title(picture), kTitleFont, "title");
  paragraph(picture_subtitle(picture), kFont, "note");
  bottom = y - kFont + 4;
  return out;
}

std::string picture_css() {
  // Blue, vermilion, green, purple, brown, grey, red, teal: told apart by most colour-blind readers, 3:1 against the
  // background; marks and patterns differ as well.
  static constexpr const char* kLight[] = {"#0068a8", "#c94f00", "#007a55", "#9b3b87",
                                           "#7a5c00", "#5c5c66", "#b3123a", "#00696f"};
  static constexpr const char* kDark[] = {"#58b4f0", "#ff8f4a", "#3ecf9f", "#e79bd3",
                                          "#dcbc48", "#c4c4cc", "#ff7d92", "#5fd2da"};
  static constexpr const char* kLightHeat[] = {"#d6e6f4", "#9cc4e4", "#4f94cd", "#0b4f8a"};
  static constexpr const char* kDarkHeat[] = {"#143350", "#1f5688", "#3f8fd0", "#a8d4f8"};
  const auto colours = [](const char* const* lines, const char* const* heat) {
    std::string css;
    for (int i = 0; i < 8; ++i) {
      const std::string n = std::to_string(i);
      css += ".s" + n + "{stroke:" + lines[i] + "}.f" + n + "{fill:" + lines[i] + "}\n";
    }
    for (int i = 0; i < 4; ++i) css += ".h" + std::to_string(i) + "{fill:" + heat[i] + "}";
    return css + "\n";
  };
  return ".bg{fill:#fff}.title,.note,.tick,.key,.cell{font-family:system-ui,'Segoe UI',Helvetica,Arial,sans-serif;"
         "font-size:12px;fill:#4a4e57}\n"
         ".title{font-size:16px;font-weight:600;fill:#15181d}.key{fill:#15181d}.cell{font-size:10px;fill:#15181d}\n"
         ".grid{stroke:#e3e5ea}.axis{stroke:#7d828c}.line{fill:none;stroke-width:2;stroke-linejoin:round;"
         "stroke-linecap:round}\n"
         ".open{stroke-width:1.5;stroke-dasharray:1 4}.hollow{fill:#fff;stroke-width:1.5}"
         ".hatch{stroke:#fff;stroke-width:1.6;fill:none}.dashed{stroke-dasharray:3 2}.none{fill:none;stroke:#c3c7cf}\n"
         ".h3t{fill:#fff}.mark{stroke-width:1}\n" +
         colours(kLight, kLightHeat) +
         "@media (prefers-color-scheme:dark){\n"
         ".bg{fill:#15181d}.note,.tick{fill:#a9aeb8}.title,.key,.cell{fill:#f0f2f5}.grid{stroke:#2b3038}"
         ".axis{stroke:#7d828c}.hollow{fill:#15181d}.hatch{stroke:#15181d}.none{stroke:#454b55}.h3t{fill:#15181d}\n" +
         colours(kDark, kDarkHeat) + "}\n";
}

}  // namespace trifle::cli
