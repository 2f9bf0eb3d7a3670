#pragma once

#include <string>

namespace trifle::stats::detail::postgres {

/// jsonb keeps numbers as decimals and forgets how they were written: a double between 2^53 and 2^63, written short as
/// 4.611686018427388e+18, comes back as the integer 4611686018427388000, which is another. So such a one is written
/// with all its digits, and what comes back is equal to it. `row` is a flat object as write_row and merge_row make it.
void write_all_digits(std::string& row);

}  // namespace trifle::stats::detail::postgres
