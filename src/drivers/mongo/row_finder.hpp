#pragma once

#include <functional>
#include <span>
#include <string>
#include <string_view>

#include "drivers/mongo/batch_plan.hpp"
#include "drivers/mongo/connection.hpp"

namespace trifle::stats::detail::mongo {

/// Finds the documents of rows, by key and time, a series at a time: a list of whole identities would make the server
/// try each.
struct RowFinder {
  Connection& connection;
  const std::string& collection;
  Identity identity;
  std::string_view operation;

  using Each = std::function<void(std::size_t number, const bson_t& document)>;

  /// `entries` ascending, as in a batch. `condition` further restricts what is found, `opts` names a session; either
  /// may be null. `each` gets the place of the row in `entries`.
  void find(std::span<const BatchPlan::Entry> entries, const bson_t* condition, const bson_t* opts, Phase phase,
            const Each& each) const;

 private:
  std::size_t place_of(std::span<const BatchPlan::Entry> entries, const bson_t& document) const;
};

}  // namespace trifle::stats::detail::mongo
