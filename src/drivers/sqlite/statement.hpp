#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string_view>

struct sqlite3;
struct sqlite3_stmt;

namespace trifle::stats::detail::sqlite {

/// A prepared statement, kept as long as its connection. Texts are bound without a copy: they must live until `reset`.
class Statement {
 public:
  Statement() = default;
  /// Throws what SQLite says against `sql`.
  Statement(sqlite3* db, std::string_view sql, std::string_view operation);

  /// Throws where the text is longer than the connection allows.
  void bind(int parameter, std::string_view text);
  void bind(int parameter, std::int64_t integer);
  void bind_blob(int parameter, std::span<const std::uint8_t> bytes);
  /// For a function of ours that asks for a pointer of this type.
  void bind(int parameter, void* pointer, const char* type);

  /// SQLITE_ROW, SQLITE_DONE or a failure's code.
  int step() noexcept;
  /// True at a row, false at the end; throws a failure.
  bool next_row(std::string_view operation);
  /// Runs a statement without rows and resets it; throws a failure.
  void run(std::string_view operation);
  void reset() noexcept;

  bool is_null(int column) const noexcept;
  std::int64_t integer(int column) const noexcept;
  /// Valid until the next step or reset. NULL has no data(), unlike the empty text.
  std::string_view text(int column) const noexcept;

  /// Resets at the end of its scope, also when a sink throws, and forgets what was bound.
  class Use {
   public:
    explicit Use(Statement& statement) noexcept : statement_(statement) {}
    Use(const Use&) = delete;
    Use& operator=(const Use&) = delete;
    ~Use();

   private:
    Statement& statement_;
  };

 private:
  struct Finalize {
    void operator()(sqlite3_stmt* statement) const noexcept;
  };
  std::unique_ptr<sqlite3_stmt, Finalize> statement_;
};

}  // namespace trifle::stats::detail::sqlite
