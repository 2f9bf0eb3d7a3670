#pragma once

#include <functional>
#include <memory>

#include "driver/backend.hpp"
#include "driver/layout.hpp"
#include "driver/rows.hpp"

namespace trifle::stats::detail {

/// What a row backend must be able to do: six of the seven backends are this and no more. A driver knows one database
/// and nothing of time zones, merging or series. The contract, which tests/contract holds every driver to:
///
/// - **Threads.** Any call from any thread, unless traits().background is false. `read` doesn't wait for a `write`.
/// - **Write.** All rows are applied, or none (Atomicity::Batch). Increments add to what is stored, inside the
///   database's own transaction, so that any number of writers lose nothing; a missing path counts as absent, a stored
///   leaf that isn't a number is replaced. Numeric leaves add exactly as Number does. Other members of a row stay.
/// - **Outcome.** A failure throws an Error that says NotApplied, Applied or Unknown, and whether a retry is safe. Rows
///   that no retry can cure (a sum that would be infinite, stored text that can't be read) are named in Error::rows(),
///   all of them, and the rest of the batch would go through without them. A driver that applies a batch in parts
///   (Atomicity::Row) names also the rows that fared otherwise than the Error's outcome says. With a ledger it knows
///   each part of a batch again by the batch's id, so that the rows that aren't known to be written may come again
///   alone, under that id.
/// - **Read.** Every stored row of the range reaches the sink, in whatever spelling a sister wrote it. A row outside of
///   the range never does.
/// - **Setup** creates what is missing and changes nothing that exists.
/// - **After a failure** the driver is usable, or heals itself at the next call.
class RowDriver : public Backend {
 public:
  /// Makes another driver like this one, with connections of its own, and needs nothing of this one for it: how a child
  /// goes on after fork. Empty where that can't be: what is in memory, or lent.
  using Maker = std::function<std::unique_ptr<RowDriver>()>;
  virtual Maker maker() const { return {}; }

  virtual const Layout& layout() const noexcept = 0;

  virtual void write(const Rows& rows) = 0;
};

}  // namespace trifle::stats::detail
