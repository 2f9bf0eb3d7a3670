#pragma once

#include <memory>

#include <trifle/stats/bucketing.hpp>

#include "import/import_request.hpp"
#include "import/line_format.hpp"

namespace trifle::cli {

/// The format that a request asks for. Throws UsageError.
std::unique_ptr<LineFormat> line_format_for(const ImportRequest& request, const stats::Bucketing& bucketing);

}  // namespace trifle::cli
