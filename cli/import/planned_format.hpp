#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "import/column_plan.hpp"
#include "import/line_format.hpp"
#include "import/line_splitter.hpp"
#include "input/time_format.hpp"

namespace trifle::cli {

/// Lines of fields, counted as a plan says. A number or label that is empty or "-" is absent.
class PlannedImport final : public LineFormat {
 public:
  /// Throws UsageError where the plan names a field that there isn't.
  PlannedImport(std::unique_ptr<LineSplitter> splitter, ColumnPlan plan, const stats::Bucketing& bucketing);

  bool header(std::string_view line) override;
  std::string_view add(std::string_view line, stats::Batch& batch) override;

 private:
  struct Place {
    std::string name;
    std::size_t index;
  };

  void resolve();
  std::size_t index_of(const std::string& field, const char* role) const;

  std::unique_ptr<LineSplitter> splitter_;
  ColumnPlan plan_;
  TimeFormat time_format_;
  std::size_t time_ = 0;
  std::optional<std::size_t> key_;
  std::vector<Place> numbers_;
  std::vector<Place> labels_;
  std::vector<std::string_view> fields_;
  std::string wrong_;
};

}  // namespace trifle::cli
