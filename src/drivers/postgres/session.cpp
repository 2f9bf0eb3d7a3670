#include "drivers/postgres/session.hpp"

#include "drivers/postgres/failure.hpp"

namespace trifle::stats::detail::postgres {

Writer& Session::writer() {
  if (!writer_) {
    writer_ = options_.engine == drivers::PostgresOptions::Engine::Citus
                  ? make_upsert_writer(connection_, table_, options_)
                  : make_merging_writer(connection_, table_, options_);
  }
  return *writer_;
}

Reader& Session::reader() {
  if (!reader_) reader_.emplace(connection_, table_, layout_);
  return *reader_;
}

StatusTable& Session::status() {
  if (!status_) status_.emplace(connection_, table_);
  return *status_;
}

bool Session::usable_after(const Error& error) noexcept {
  if (connection_.is_alive() && !ends_session(error)) return true;
  writer_.reset();
  reader_.reset();
  status_.reset();
  return connection_.is_lent();
}

}  // namespace trifle::stats::detail::postgres
