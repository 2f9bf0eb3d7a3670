#pragma once

#include <set>
#include <string>

#include "peer_go.hpp"

/// What a table of a recorded case must show, on whichever backend it is. Failures are GoogleTest's.
namespace peer_go {

inline constexpr const char* kInfinite = "overflow to Inf makes the row unreadable";
inline constexpr const char* kEmptyKey = "empty metric key: the second write fails";

/// The recorded rows, read by our rules.
void expect_read_by_our_rules(const Table& table);

/// The text of a single number in the recorded rows is read to the last digit.
void expect_read_exactly(const Table& table);

/// Ours adds to the recorded rows, and loses nothing.
void expect_continued(const Table& table);

/// Whether ours stores the same, by names and numbers that all generations store alike.
bool is_written_equally(const Case& recorded);

/// Ours makes the recorded calls on an empty table, and stores what was recorded.
void expect_written_equally(const Table& table);

/// The cases that are treated apart, by name.
std::set<std::string> special_cases();

}  // namespace peer_go
