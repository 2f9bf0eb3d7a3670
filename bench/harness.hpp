#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <iosfwd>
#include <string>
#include <string_view>
#include <vector>

/// Ratios against a yardstick that runs in the same process, interleaved, so that a busy machine slows both.
///
/// A bench file `x_bench.cpp` defines one `void x_bench(bench::Report&)`, listed in main.cpp and CMakeLists.txt.
namespace bench {

enum class Better { Higher, Lower };

struct Figure {
  std::string name;
  double value = 0;
  double goal = 0;
  Better better = Better::Higher;
  std::string unit = {};  ///< empty: a ratio

  bool holds() const { return better == Better::Higher ? value >= goal : value <= goal; }
};

/// Collects the figures and prints each as soon as it is known.
class Report {
 public:
  enum class Format { Table, JsonLines };

  /// Only figures whose name contains `filter` are asked for.
  Report(std::ostream& out, Format format, std::string filter);

  /// Whether a figure is asked for: measure nothing otherwise.
  bool wants(std::string_view name) const;

  /// Both functions do their work once and return their rate: rows, lines, floors per second. After one round to warm
  /// up, `rounds` rounds of both, each round's order turned; the figure is the median of the rounds' quotients.
  void compare(const std::string& name, double goal, const std::function<double()>& subject,
               const std::function<double()>& yardstick, std::size_t rounds = 9);

  /// A figure that was measured otherwise.
  void add(Figure figure);

  const std::vector<Figure>& figures() const { return figures_; }

 private:
  std::ostream& out_;
  Format format_;
  std::string filter_;
  std::vector<Figure> figures_;
};

/// The middle of the values, the mean of the two middle ones where their number is even. Not of none.
double median(std::vector<double> values);

/// How long `work` takes, in seconds.
template <class Work>
double seconds_of(Work&& work) {
  const auto start = std::chrono::steady_clock::now();
  work();
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

/// Keeps the compiler from leaving out what makes `value`.
template <class T>
void keep(const T& value) {
  asm volatile("" : : "r,m"(value) : "memory");
}

}  // namespace bench
