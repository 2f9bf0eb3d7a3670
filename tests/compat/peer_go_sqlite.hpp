#pragma once

#include <string>

#include "peer_go.hpp"

namespace peer_go {

/// A database file in a folder of its own, with the recorded schema of a case, removed in the end.
class SqliteTable final : public Table {
 public:
  SqliteTable(const Case& recorded, Rows rows);
  ~SqliteTable() override;

  std::vector<Row> rows() const override;

 private:
  trifle::stats::Driver driver() const override;

  std::string folder_;
};

}  // namespace peer_go
