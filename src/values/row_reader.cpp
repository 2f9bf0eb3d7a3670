#include "values/row_reader.hpp"

#include <cstring>

#include "values/json_scanner.hpp"
#include "values/number_text.hpp"
#include "values/row_cursor.hpp"
#include "values/row_scanner.hpp"
#include "values/stored_name.hpp"

namespace trifle::stats::detail {

RowReader::RowReader() : keys_(1), slots_(64, 0) {}

std::optional<RowFault> RowReader::parse(std::string_view text) {
  leaves_.clear();
  if (parse_plain(object_text(text))) return std::nullopt;
  leaves_.clear();
  return parse_strictly(text);
}

bool RowReader::parse_plain(std::string_view object) {
  if (object.empty()) return false;
  const char* const last = object.data() + object.size() - 1;
  const char* p = after_space(object.data() + 1);
  if (*p == '}') return p == last;
  for (std::uint32_t key = 0;;) {
    if (*p != '"') return false;
    ++p;
    const auto room = static_cast<std::size_t>(last - p);
    const auto is_at = [&](const Key& known) { return known.size <= room && same_bytes(p, known.text, known.size); };
    std::uint32_t found = keys_[key].next;
    if (!is_at(keys_[found])) {
      // Perhaps the row just lacks one name.
      found = keys_[found].next;
      if (!is_at(keys_[found])) {
        found = find_key(p, last);
        if (found == 0) return false;
        keys_[key].next = found;
      }
    }
    key = found;
    p += keys_[key].size;
    if (*p != ':') p = after_space(p);
    if (*p != ':') return false;
    ++p;
    if (*p <= ' ') p = after_space(p);

    Number number;
    if (const char* end = read_plain_number(p, last, number)) {
      leaves_.push_back({keys_[key].column != kNone ? keys_[key].column : column_of(keys_[key]), number});
      p = end;
    } else {
      p = other_value(p, last, key);
      if (p == nullptr) return false;
    }
    if (*p <= ' ') p = after_space(p);
    if (*p != ',') return p == last;
    ++p;
    if (*p <= ' ') p = after_space(p);
  }
}

/// The end of a value that is no plain number; nothing for an object and for what isn't valid.
const char* RowReader::other_value(const char* p, const char* last, std::uint32_t key) {
  JsonScanner scanner(p, p, last + 1);
  std::string_view raw;
  std::optional<Number> number;
  if (*p == '"') {
    if (!scanner.string(raw)) return nullptr;
    if (raw.find('\\') != std::string_view::npos) return nullptr;
    number = read_number(raw);
  } else if (*p == '-' || (*p >= '0' && *p <= '9')) {
    if (!scanner.number(raw)) return nullptr;
    number = read_number(raw);
    if (!number) return nullptr;
  } else if (*p == '{' || !scanner.value()) {
    return nullptr;
  }
  if (number) leaves_.push_back({column_of(keys_[key]), *number});
  return scanner.position();
}

std::optional<RowFault> RowReader::parse_strictly(std::string_view text) {
  std::vector<RowLeaf> leaves;
  if (auto fault = scan_row(text, leaves)) return fault;
  for (const auto& leaf : leaves) {
    if (leaf.number) leaves_.push_back({column_of(leaf.name), *leaf.number});
  }
  return std::nullopt;
}

/// The key of the name that begins at `p`, made where it is new; 0 where there is no valid name.
std::uint32_t RowReader::find_key(const char* p, const char* last) {
  // A known key is a whole name, so it ends at the first quote unless that is escaped, and then this finds nothing.
  const auto* const quote = static_cast<const char*>(std::memchr(p, '"', static_cast<std::size_t>(last - p)));
  if (quote == nullptr) return 0;
  if (const std::uint32_t key = slot_of(p, static_cast<std::size_t>(quote + 1 - p))) return key;
  JsonScanner scanner(p - 1, p - 1, last + 1);
  std::string_view raw;
  if (!scanner.string(raw)) return 0;
  if (const std::uint32_t key = slot_of(raw.data(), raw.size() + 1)) return key;
  return add_key(raw);
}

/// The slot of a key, its closing quote included, or the one where it belongs.
std::uint32_t& RowReader::slot_of(const char* text, std::size_t size) noexcept {
  const std::size_t mask = slots_.size() - 1;
  for (std::size_t i = hash_of(text, size) & mask;; i = (i + 1) & mask) {
    const std::uint32_t key = slots_[i];
    if (key == 0 || (keys_[key].size == size && std::memcmp(keys_[key].text, text, size) == 0)) return slots_[i];
  }
}

std::uint32_t RowReader::add_key(std::string_view raw) {
  const std::string& text = texts_.emplace_back(std::string(raw) + '"');
  const auto key = static_cast<std::uint32_t>(keys_.size());
  keys_.push_back({text.data(), static_cast<std::uint32_t>(text.size())});
  if (keys_.size() * 2 > slots_.size()) {
    slots_.assign(slots_.size() * 2, 0);
    for (std::uint32_t i = 1; i < key; ++i) slot_of(keys_[i].text, keys_[i].size) = i;
  }
  slot_of(text.data(), text.size()) = key;
  return key;
}

std::uint32_t RowReader::column_of(Key& key) {
  if (key.column == kNone) {
    std::string name;
    append_unescaped(name, {key.text, key.size - 1});
    key.column = column_of(canonical(name));
  }
  return key.column;
}

std::uint32_t RowReader::column_of(const std::string& name) {
  const auto [found, is_new] = columns_.try_emplace(name, static_cast<std::uint32_t>(names_.size()));
  if (is_new) names_.push_back(name);
  return found->second;
}

}  // namespace trifle::stats::detail
