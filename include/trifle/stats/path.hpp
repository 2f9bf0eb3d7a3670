#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace trifle::stats {

/// A place in a payload: names joined with dots, "country.us".
///
/// `\.`, `\*` and `\\` stand for a literal dot, star and backslash; any other backslash is itself. Empty names are kept
/// (".a." has three), "" has none. A name that is exactly an unescaped `*` is a wildcard. This is the family's
/// "stats-paths-v1". Immutable once made; share it between threads.
class Path {
 public:
  struct Segment {
    std::string name;             ///< the literal name, without escapes
    bool wildcard = false;        ///< it is exactly an unescaped `*`
    bool unescaped_star = false;  ///< it holds an unescaped `*` somewhere

    friend bool operator==(const Segment&, const Segment&) = default;
  };

  Path() = default;

  /// Reads the spelling above. Throws InvalidArgument for invalid UTF-8.
  explicit Path(std::string_view text);

  /// Writes one literal name so that it stays one segment: `v1.2` becomes `v1\.2`.
  static std::string escape(std::string_view name);

  /// Reads the stored form (`test%2Erb` is one segment `test.rb`).
  static Path from_stored(std::string_view stored);

  const std::vector<Segment>& segments() const noexcept { return segments_; }
  bool empty() const noexcept { return segments_.empty(); }
  bool has_wildcard() const noexcept;

  /// The spelling that reads back as these names and wildcards; a star within a longer name comes out escaped.
  std::string to_string() const;

  /// The form in which it is stored: each name percent-encoded (NUL `"` `$` `%` `*` `.` `\`), then joined with dots.
  std::string stored() const;

  friend bool operator==(const Path&, const Path&) = default;

 private:
  std::vector<Segment> segments_;
};

}  // namespace trifle::stats
