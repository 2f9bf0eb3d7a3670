#include "values/row_text.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <unordered_map>
#include <utility>
#include <vector>

#include "values/json_text.hpp"
#include "values/number_text.hpp"
#include "values/row_cursor.hpp"
#include "values/row_member.hpp"
#include "values/row_merge.hpp"
#include "values/row_scanner.hpp"
#include "values/stored_name.hpp"

namespace trifle::stats::detail {
namespace {

RowFault infinite(std::string_view name) {
  return {RowFault::Kind::Infinite, "the sum at \"" + spelled(name) + "\" is too large for a number"};
}

/// A member of the row as it will be written.
struct Member {
  std::string_view name;
  std::string_view raw;  ///< the bytes to keep; empty: write the number
  std::optional<Number> number;
};

/// The rows that the quick way declines: taken apart strictly, every path joined into one member.
class StrictMerge {
 public:
  explicit StrictMerge(std::vector<RowLeaf> leaves) : leaves_(std::move(leaves)) {
    members_.reserve(leaves_.size());
    index_.reserve(leaves_.size());
    for (const auto& leaf : leaves_) {
      auto [member, is_new] = at(leaf.name);
      if (is_new) {
        *member = {leaf.name, leaf.raw, leaf.number};
      } else if (leaf.number) {
        member->number = member->number ? *member->number + *leaf.number : *leaf.number;
        member->raw = {};
      } else if (!member->number) {
        member->raw = leaf.raw;
      }
    }
  }

  void increment(const Field& field) {
    auto [member, is_new] = at(field.name);
    member->number = !is_new && member->number ? *member->number + field.number : field.number;
    member->raw = {};
  }

  void set(const Field& field) {
    auto [member, is_new] = at(field.name);
    member->number = field.number;
    member->raw = {};
  }

  std::optional<RowFault> write(std::string& out) const {
    out.assign(1, '{');
    for (const auto& member : members_) {
      if (member.raw.empty() && !member.number->is_finite()) return infinite(member.name);
      if (out.size() > 1) out += ',';
      append_json_string(out, member.name);
      out += ':';
      if (member.raw.empty()) {
        append_number(out, *member.number);
      } else {
        out += member.raw;
      }
    }
    out += '}';
    return std::nullopt;
  }

 private:
  std::pair<Member*, bool> at(std::string_view name) {
    const auto [found, is_new] = index_.try_emplace(name, members_.size());
    if (is_new) members_.push_back({name, {}, {}});
    return {&members_[found->second], is_new};
  }

  std::vector<RowLeaf> leaves_;  // what the names of members_ and index_ point into
  std::vector<Member> members_;
  std::unordered_map<std::string_view, std::size_t> index_;
};

void write_escaped_row(std::span<const Field> increments, std::span<const Field> sets, std::string& out) {
  out.assign(1, '{');
  for (const auto& field : increments) append_member(out, field);
  for (const auto& field : sets) append_member(out, field);
  out += '}';
}

}  // namespace

void write_row(std::span<const Field> increments, std::span<const Field> sets, std::string& out) {
  constexpr std::size_t kAround = 4;  // the quotes, a colon, a comma
  std::size_t size = 2;
  bool has_escapes = false;
  for (const auto fields : {increments, sets}) {
    for (const auto& field : fields) {
      size += field.name.size() + kAround + kNumberLength;
      has_escapes = has_escapes || has_control(field.name.data(), field.name.size());
    }
  }
  if (has_escapes) {
    write_escaped_row(increments, sets, out);
    return;
  }
  out.resize(size);
  char* end = out.data();
  *end++ = '{';
  for (const auto fields : {increments, sets}) {
    for (const auto& field : fields) {
      if (end != out.data() + 1) *end++ = ',';
      *end++ = '"';
      end = copy_bytes(end, field.name.data(), field.name.size());
      *end++ = '"';
      *end++ = ':';
      end = write_number(end, field.number);
    }
  }
  *end++ = '}';
  out.resize(static_cast<std::size_t>(end - out.data()));
}

std::optional<RowFault> merge_row(std::string_view stored, std::span<const Field> increments,
                                  std::span<const Field> sets, std::string& out) {
  if (merge_plain_row(stored, increments, sets, out)) return std::nullopt;
  std::vector<RowLeaf> leaves;
  if (auto fault = scan_row(stored, leaves)) return fault;
  StrictMerge merge(std::move(leaves));
  for (const auto& field : increments) merge.increment(field);
  for (const auto& field : sets) merge.set(field);
  return merge.write(out);
}

}  // namespace trifle::stats::detail
