#pragma once

#include <string>
#include <string_view>

namespace trifle::cli {

/// The program's two voices: data on standard output, talk on standard error. For one thread.
class Console {
 public:
  Console();

  bool out_is_terminal() const noexcept { return out_is_terminal_; }
  bool err_is_terminal() const noexcept { return err_is_terminal_; }
  /// Columns of the terminal: COLUMNS, else what the terminal says, else 80.
  int width() const noexcept { return width_; }
  int height() const noexcept { return height_; }
  /// The locale's encoding is UTF-8, so block characters can be shown.
  bool utf8() const noexcept { return utf8_; }
  /// Standard output is a terminal that knows colours, and nobody said NO_COLOR.
  bool colour() const noexcept { return colour_; }

  /// Writes to standard output at once. Throws OutputClosed for a pipe that nobody reads, Failure for a full disk.
  void write(std::string_view data);

  /// Writes a line to standard error, after removing a progress line.
  void say(std::string_view line);

  /// Replaces the progress line; does nothing where standard error isn't a terminal.
  void progress(std::string_view line);
  void clear_progress();

 private:
  bool out_is_terminal_;
  bool err_is_terminal_;
  bool utf8_;
  bool colour_;
  int width_;
  int height_;
  bool in_progress_ = false;
};

}  // namespace trifle::cli
