#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "series/columns.hpp"

namespace trifle::stats::detail {

/// A path that a formatter shows.
struct ShownPath {
  std::string name;      ///< as users spell it
  const Column* column;  ///< null where no bucket holds a number at it
};

/// See Series::expand; ascending by name. Throws InvalidArgument for invalid UTF-8.
std::vector<ShownPath> expand_path(const Columns& columns, std::string_view path);

/// The column of one path, or null. Throws InvalidArgument for a path with a wildcard and for invalid UTF-8, naming the
/// operation.
const Column* one_column(const Columns& columns, std::string_view path, std::string_view operation);

}  // namespace trifle::stats::detail
