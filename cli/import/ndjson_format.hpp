#pragma once

#include <string>

#include "import/line_format.hpp"

namespace trifle::cli {

/// Lines of {"key":…,"at":…,"values":{…}}.
class NdjsonImport final : public LineFormat {
 public:
  std::string_view add(std::string_view line, stats::Batch& batch) override;

 private:
  std::string wrong_;
};

}  // namespace trifle::cli
