#pragma once

#include <string>

#include <trifle/stats/drivers/mongo.hpp>

namespace trifle::stats::detail::mongo {

/// Throws InvalidArgument naming the option, what was given and what is allowed.
void check_options(const drivers::MongoOptions& options);

/// The collections that a driver uses.
struct Collections {
  explicit Collections(const drivers::MongoOptions& options);

  std::string rows;
  std::string statuses;  ///< where sisters look for them: among the rows where these are separated, else apart
  std::string batches;   ///< the ids of what transactions wrote; empty without ledger
};

}  // namespace trifle::stats::detail::mongo
