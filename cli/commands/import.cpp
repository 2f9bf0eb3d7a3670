#include "commands/commands.hpp"
#include "failure.hpp"
#include "import/formats.hpp"
#include "import/import_run.hpp"
#include "interrupt.hpp"
#include "settings/connect.hpp"

namespace trifle::cli {

int run(const ImportRequest& request, const Settings& settings, Console& console) {
  if (request.from_line < 1) throw UsageError("--from-line counts from 1");
  const auto format = line_format_for(request, bucketing_of(settings));
  catch_interrupts();
  LineReader reader(open_source(request.file));  // before a database is made for nothing
  Stats stats = connect(settings, Access::Load);
  stats.setup();
  ImportRun import(stats, *format, console,
                   {.from_line = request.from_line, .strict = request.strict, .quiet = request.quiet});
  const int code = import.run(reader);
  stats.flush();
  return code;
}

}  // namespace trifle::cli
