#pragma once

#include <functional>
#include <string>
#include <vector>

#include "program.hpp"

namespace trifle::test {

/// Runs the program with these words, and behind them those that say where the database is.
using RunThere = std::function<Run(std::vector<std::string> words, const std::string& input)>;

/// What the program reads and writes.
struct Backend {
  std::string driver;    ///< as the family's form must be told it
  bool tables = true;    ///< or names, or collections: something for the family's `setup`
  bool statuses = true;  ///< for `beam` and `scan`
};

/// Runs every command that reads or writes a database, also in the family's form, on one that is empty, and expects of
/// each what it prints on any.
void expect_every_command_works(const RunThere& trifle, const Backend& backend);

}  // namespace trifle::test
