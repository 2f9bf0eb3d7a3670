#pragma once

#include <cstddef>
#include <functional>
#include <span>
#include <string>

#include "drivers/mongo/batch_plan.hpp"
#include "drivers/mongo/document.hpp"

namespace trifle::stats::detail::mongo {

/// How rows become the statements of `update` commands.
struct StatementStyle {
  Identity identity = Identity::Full;
  const Rows::Id* marker = nullptr;  ///< the batch, where each document remembers it; null: it doesn't
  std::size_t kept_ids = 0;
  bool compare = true;  ///< false: a transaction's snapshot says that what was read is still there
};

/// The filter that finds a row's document and, where it makes one, names it.
void add_identity(bson_t* filter, Identity identity, const Row& row);

/// Adds to a document or makes it, all in the server: {q: {key, …}, u: {$inc, $set, …}, upsert: true}. It doesn't match
/// a document that remembers the batch, nor one where a sum would become infinite: the server then meets the unique
/// index.
Document add_to_row(const StatementStyle& style, const BatchPlan::Entry& entry);

/// Replaces the data of a document that still holds what was read of it, or makes one; null: there was none.
Document replace_data(const StatementStyle& style, const BatchPlan::Entry& entry, const bson_t* stored,
                      const Document& data);

/// The memory that a document may have beside its data.
inline constexpr std::size_t kAroundData = 64u << 10;

/// Packs statements into `update` commands, each at most as large and as long as a server takes; `make(i)` gives the
/// statement of number i, `send(command, first, count)` gets the commands.
void in_commands(const std::string& collection, bool ordered, std::size_t count,
                 const std::function<Document(std::size_t)>& make,
                 const std::function<void(const bson_t* command, std::size_t first, std::size_t count)>& send);

}  // namespace trifle::stats::detail::mongo
