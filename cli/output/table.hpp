#pragma once

#include <string>
#include <vector>

namespace trifle::cli {

/// Rows of text under named columns, and the ways to print them.
struct Table {
  std::vector<std::string> columns;
  std::vector<std::vector<std::string>> rows;  ///< as many cells as columns

  /// For people: control characters made visible, every column but the first to the right.
  std::string aligned() const;

  /// As the family's program prints it: each cell padded to the widest in bytes, two spaces between, a line of dashes.
  std::string family() const;

  /// RFC 4180, with \n at the end of a line.
  std::string csv() const;
};

}  // namespace trifle::cli
