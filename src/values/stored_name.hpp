#pragma once

#include <string>
#include <string_view>

namespace trifle::stats::detail {

/// Appends a literal name as one stored segment: NUL `"` `$` `%` `*` `.` `\` percent-encoded.
void append_stored_segment(std::string& out, std::string_view literal);

/// The literal name of one stored segment; an unknown %XX is left alone.
std::string literal_segment(std::string_view stored);

/// Appends the stored form of a path as users spell it (Path's syntax). The common case, a path without any special
/// character, is one scan and one copy. False, with `out` as it was, for invalid UTF-8.
[[nodiscard]] bool append_stored_path(std::string& out, std::string_view path);

/// True where the text is a stored name just as this library writes it: `append_stored_path` of what it stands for.
bool is_canonical(std::string_view stored) noexcept;

/// The stored form of what an earlier generation's stored name stands for: `$cost` is `%24cost`.
std::string canonical(std::string_view stored);

/// The spelling that users read, of a stored name: `test%2Erb` is `test\.rb`.
std::string spelled(std::string_view stored);

bool valid_utf8(std::string_view text) noexcept;

}  // namespace trifle::stats::detail
