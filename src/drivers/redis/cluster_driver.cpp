#include "drivers/redis/cluster_driver.hpp"

#include <unistd.h>

#include <algorithm>
#include <initializer_list>
#include <string>
#include <utility>
#include <vector>

#include "drivers/redis/options.hpp"
#include "drivers/redis/row_decoder.hpp"
#include "drivers/redis/script_writer.hpp"
#include "drivers/redis/server_facts.hpp"
#include "drivers/redis/status_text.hpp"

namespace trifle::stats::detail::redis {
namespace {

constexpr std::size_t kChunk = 1'500;  // buckets that are asked for at once, of all nodes together

/// Requests whose first failure is the caller's.
class Asked : public SlotRequests {
 public:
  void failed(std::size_t, const Failure& failure) override {
    if (!failure_) failure_ = failure;
  }
  void run(ClusterNodes& nodes, const Manner& manner) {
    nodes.run(*this, manner);
    if (failure_)
      raise(failure_->verdict,
            details(manner.operation, failure_->verdict, failure_->native_code, failure_->native_text));
  }

 private:
  std::optional<Failure> failure_;
};

/// One command on one name.
class OneRequest final : public Asked {
 public:
  using Take = std::function<void(const Reply&)>;

  OneRequest(std::string_view name, std::initializer_list<std::string_view> words, Take take)
      : slot_(slot_of(name)), take_(std::move(take)) {
    request_.add(words);
  }

  std::size_t size() const override { return 1; }
  Slot slot(std::size_t) const override { return slot_; }
  void append(std::size_t, Commands& to) override { to.add(request_); }
  void answered(std::size_t, const Reply& reply) override { take_(reply); }

 private:
  const Slot slot_;
  Commands request_;
  const Take take_;
};

/// Some buckets of a series.
class Buckets final : public Asked {
 public:
  Buckets(std::span<const std::int64_t> buckets, BucketNames& names, RowDecoder& decoder)
      : buckets_(buckets), names_(names), decoder_(decoder) {
    slots_.reserve(buckets.size());
    for (const auto bucket : buckets) slots_.push_back(slot_of(names.of(bucket)));
  }

  std::size_t size() const override { return buckets_.size(); }
  Slot slot(std::size_t request) const override { return slots_[request]; }
  void append(std::size_t request, Commands& to) override { to.add({"HGETALL", names_.of(buckets_[request])}); }
  void answered(std::size_t request, const Reply& reply) override { decoder_.take(buckets_[request], reply); }

 private:
  const std::span<const std::int64_t> buckets_;
  BucketNames& names_;
  RowDecoder& decoder_;
  std::vector<Slot> slots_;
};

}  // namespace

ClusterDriver::ClusterDriver(drivers::RedisServer server, drivers::RedisOptions options)
    : server_(std::move(server)),
      options_(std::move(options)),
      layout_(Layout::checked(Identity::Full, options_.separator, options_.prefix)),
      names_(layout_),
      traits_{.backend = std::string(kBackend),
              .atomicity = Atomicity::Row,
              .ledger = options_.ledger,
              .max_key_length = kMaxKeyLength},
      process_(::getpid()),
      sessions_([this](Use) { return std::make_unique<ClusterNodes>(server_, options_); }, options_.max_readers, false),
      writer_(layout_) {
  check_options(server_, options_);
}

RowDriver::Maker ClusterDriver::maker() const {
  return [server = server_, options = options_] { return std::make_unique<ClusterDriver>(server, options); };
}

SetupReport ClusterDriver::setup(Setup) {
  guard("setup");
  SetupReport report;
  with_writer([&](ClusterNodes& nodes) {
    nodes.refresh("setup");
    if (const auto unserved = nodes.map().unserved(); unserved > 0)
      report.differences.push_back(std::to_string(unserved) + " of " + std::to_string(kSlots) +
                                   " slots are served by no node");
    for (const auto& address : nodes.map().masters()) {
      for (auto& weakness : weaknesses(nodes.connection(address, "setup"), Kind::Node, "setup"))
        report.differences.push_back(address.host + ":" + std::to_string(address.port) + ": " + weakness);
    }
  });
  return report;
}

void ClusterDriver::write(const Rows& rows) {
  guard(kWrite);
  if (rows.rows().empty()) return;
  with_writer([&](ClusterNodes& nodes) { writer_.write(nodes, rows, options_, ++attempts_); });
}

void ClusterDriver::read(const RowRange& range, RowSink& sink) {
  guard("read");
  with_reader([&](ClusterNodes& nodes) {
    BucketNames names(layout_, range);
    RowDecoder decoder(sink);
    for (auto rest = range.buckets; !rest.empty();) {
      const auto chunk = rest.first(std::min(rest.size(), kChunk));
      Buckets(chunk, names, decoder).run(nodes, {.operation = "read"});
      rest = rest.subspan(chunk.size());
    }
  });
}

void ClusterDriver::beam(std::string_view key, const StoredStatus& status) {
  guard("beam");
  const auto text = status_text(status);
  with_writer([&](ClusterNodes& nodes) {
    OneRequest(names_.statuses, {"HSET", names_.statuses, key, text}, [](const Reply&) {
    }).run(nodes, {.operation = "beam", .phase = Phase::AwaitWrite});
  });
}

std::optional<StoredStatus> ClusterDriver::scan(std::string_view key) {
  guard("scan");
  std::optional<StoredStatus> found;
  with_reader([&](ClusterNodes& nodes) {
    OneRequest(names_.statuses, {"HGET", names_.statuses, key}, [&](const Reply& reply) {
      if (!reply.is_nil()) found = status_of(reply.text());
    }).run(nodes, {.operation = "scan"});
  });
  return found;
}

// Before any lock: a child may have been forked while another thread held it.
void ClusterDriver::guard(std::string_view operation) const {
  if (::getpid() != process_) raise_after_fork(operation);
}

void ClusterDriver::with_writer(const Work& work) {
  sessions_.with_writer(work, [](ClusterNodes&, const Error&) {});
}

void ClusterDriver::with_reader(const Work& work) {
  sessions_.with_reader(work, [](ClusterNodes&, const Error&) {});
}

}  // namespace trifle::stats::detail::redis
