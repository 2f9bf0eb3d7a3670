// Paths and their stored form: whatever is accepted comes back as itself.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include <trifle/stats/error.hpp>
#include <trifle/stats/path.hpp>

#include "values/stored_name.hpp"

namespace {

using namespace trifle::stats;

void require(bool holds) {
  if (!holds) std::abort();
}

void check_spelling(std::string_view text) {
  std::string stored = "outer.";
  const bool accepted = detail::append_stored_path(stored, text);
  require(accepted == detail::valid_utf8(text));
  if (!accepted) {
    require(stored == "outer.");
    try {
      const Path refused(text);
      std::abort();
    } catch (const InvalidArgument&) {
    }
    return;
  }
  stored.erase(0, 6);
  const Path path(text);
  require(path.stored() == stored);
  require(detail::is_canonical(stored));
  require(detail::canonical(stored) == stored);
  const Path again_path(path.to_string());
  require(again_path.stored() == stored && again_path.to_string() == path.to_string());
  require(again_path.segments().size() == path.segments().size() && again_path.has_wildcard() == path.has_wildcard());
  require(Path::from_stored(stored).stored() == stored);
  std::string again;
  require(detail::append_stored_path(again, detail::spelled(stored)) && again == stored);
}

void check_stored(std::string_view stored) {
  if (!detail::valid_utf8(stored)) return;
  const std::string name = detail::canonical(stored);
  require(detail::is_canonical(name));
  require(detail::is_canonical(stored) == (name == stored));
  require(Path::from_stored(stored).stored() == name);
}

void check_literal(std::string_view literal) {
  std::string stored;
  detail::append_stored_segment(stored, literal);
  require(detail::literal_segment(stored) == literal);
  require(stored.find('.') == std::string::npos);
  if (!detail::valid_utf8(literal) || literal.empty()) return;
  const Path path(Path::escape(literal));
  require(path.segments().size() == 1 && path.segments()[0].name == literal && path.stored() == stored);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  check_spelling(text);
  check_stored(text);
  check_literal(text);
  return 0;
}
