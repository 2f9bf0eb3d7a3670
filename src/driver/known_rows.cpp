#include "driver/known_rows.hpp"

#include <utility>

namespace trifle::stats::detail {
namespace {

constexpr std::size_t kMostBytes = 8u << 20;
// Each transaction whose rows a batch changes is one more to compare with.
constexpr std::size_t kTurns = 256;
constexpr auto kLongest = std::chrono::minutes(30);

std::size_t size_of(const KnownRows::Entry& row) { return sizeof row + row.first.size(); }

}  // namespace

const std::string& KnownRows::name_of(const Row& row) {
  name_.assign(row.stored_key).append(1, '\0').append(row.granularity).append(1, '\0');
  return name_.append(reinterpret_cast<const char*>(&row.at), sizeof row.at);
}

KnownRows::Entry* KnownRows::find(const Row& row) {
  if (rows_.empty()) return nullptr;
  const auto found = rows_.find(name_of(row));
  return found == rows_.end() || found->second.turn == 0 ? nullptr : &*found;
}

void KnownRows::put(Entry& known, std::string_view data) {
  bytes_ += data.size() - known.second.data.size();
  known.second.data.assign(data);
  under_way_.push_back(&known);
}

void KnownRows::put(const Row& row, std::string_view data) {
  if (rows_.empty()) since_ = Clock::now();
  const auto [entry, is_new] = rows_.try_emplace(name_of(row));
  if (is_new) bytes_ += size_of(*entry);
  put(*entry, data);
}

void KnownRows::written(std::uint32_t writer) {
  ++turn_;
  for (auto* const row : under_way_) {
    row->second.writer = writer;
    row->second.turn = turn_;
  }
  turns_.push_back(std::exchange(under_way_, {}));
}

void KnownRows::clear() noexcept {
  rows_.clear();
  under_way_.clear();
  turns_.clear();
  bytes_ = 0;
}

void KnownRows::trim() {
  if (rows_.empty()) return;
  if (Clock::now() - since_ > kLongest) clear();
  while (!turns_.empty() && (bytes_ > kMostBytes || turns_.size() > kTurns)) forget_first();
}

void KnownRows::forget_first() {
  const auto first = turn_ - turns_.size() + 1;
  for (auto* const row : turns_.front()) {
    if (row->second.turn != first) continue;  // written again since
    bytes_ -= size_of(*row) + row->second.data.size();
    rows_.erase(rows_.find(row->first));
  }
  turns_.pop_front();
}

}  // namespace trifle::stats::detail
