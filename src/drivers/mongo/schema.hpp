#pragma once

#include <string>
#include <string_view>

#include <trifle/stats/driver.hpp>

#include "drivers/mongo/connection.hpp"
#include "drivers/mongo/options.hpp"

namespace trifle::stats::detail::mongo {

/// Creates what is missing, or only looks. `batches`: with the ledger of transactions.
SetupReport setup_collections(Connection& connection, const Collections& collections, Identity identity, bool batches,
                              Setup what);

/// Whether the collection has a unique index on the identity of its rows: without one two writers make two documents
/// of one row, and neither an upsert nor a repeated batch can be trusted.
bool has_identity_index(Connection& connection, const std::string& collection, Identity identity,
                        std::string_view operation);

}  // namespace trifle::stats::detail::mongo
