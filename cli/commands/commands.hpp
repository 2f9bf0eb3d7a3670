#pragma once

#include "commands/requests.hpp"
#include "console.hpp"
#include "settings/settings.hpp"

namespace trifle::cli {

// Each carries out one command and returns the exit code. They throw Failure, UsageError, OutputClosed and what the
// library throws.
int run(const ImportRequest& request, const Settings& settings, Console& console);
int run(const SetupRequest& request, const Settings& settings, Console& console);
int run(const TrackRequest& request, const Settings& settings, Console& console);
int run(const GetRequest& request, const Settings& settings, Console& console);
int run(const KeysRequest& request, const Settings& settings, Console& console);
int run(const AggregateRequest& request, const Settings& settings, Console& console);
int run(const TimelineRequest& request, const Settings& settings, Console& console);
int run(const CategoryRequest& request, const Settings& settings, Console& console);
int run(const PlotRequest& request, const Settings& settings, Console& console);
int run(const BeamRequest& request, const Settings& settings, Console& console);
int run(const ScanRequest& request, const Settings& settings, Console& console);
int run(const BucketsRequest& request, const Settings& settings, Console& console);

}  // namespace trifle::cli
