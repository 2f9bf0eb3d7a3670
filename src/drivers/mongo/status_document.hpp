#pragma once

#include <optional>
#include <string_view>

#include <trifle/stats/driver.hpp>

#include "driver/row_driver.hpp"
#include "drivers/mongo/connection.hpp"
#include "drivers/mongo/options.hpp"

namespace trifle::stats::detail::mongo {

/// Statuses, a document each. Where rows are separated they are among them, as the sisters have them, without a
/// granularity: no query of a series can match one, and no status can reach a row.
class StatusDocument {
 public:
  StatusDocument(Connection& connection, const Collections& collections, Identity identity)
      : connection_(connection), collections_(collections), among_rows_(identity == Identity::Separated) {}

  void replace(std::string_view key, const StoredStatus& status);
  std::optional<StoredStatus> find(std::string_view key);

 private:
  Document filter(std::string_view key) const;

  Connection& connection_;
  const Collections& collections_;
  const bool among_rows_;
};

}  // namespace trifle::stats::detail::mongo
