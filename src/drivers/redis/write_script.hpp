#pragma once

#include <string_view>

namespace trifle::stats::detail::redis {

/// Applies a batch. Keys: the rows' hashes, then the ledger's key where there is one. Arguments: the packed batch (see
/// packed_batch.hpp), how many seconds the ledger's key is kept or nothing, the number of the attempt, "check" to
/// write nothing, and the batch's id where the ledger's key holds "<attempt> <id>" of the last batch, which one program
/// alone writes; it is the batch's own otherwise, "1" once that is applied, "v<attempt>" called off. Answers {1}
/// applied, {2} known from before, {4} this attempt was called off (see kAskScript), {0} checked, or {3, row, reason,
/// …}: these rows can't be written (no reason: their sum would be infinite), so nothing was.
extern const std::string_view kWriteScript;

/// Whether a batch was applied. Key: the ledger's. Arguments: how many seconds it is kept, the number of the last
/// attempt. 1: it was. 0: it was not, and never will be by this attempt or an earlier one, even where its request
/// still is on its way.
extern const std::string_view kAskScript;

/// The same where the ledger's key holds the last batch. A third argument is the batch's id.
extern const std::string_view kAskLastScript;

}  // namespace trifle::stats::detail::redis
