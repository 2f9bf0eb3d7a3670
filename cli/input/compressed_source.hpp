#pragma once

#include <memory>
#include <string>

#include "input/byte_source.hpp"

namespace trifle::cli {

/// Decompresses gzip; members that follow one another are one text. A damaged or truncated file throws Failure when
/// the damage is reached.
std::unique_ptr<ByteSource> gzip_source(std::unique_ptr<ByteSource> compressed, std::string name);

/// The same for zstd and its frames. A frame that needs a window above 32 MiB is refused: memory stays bounded.
std::unique_ptr<ByteSource> zstd_source(std::unique_ptr<ByteSource> compressed, std::string name);

}  // namespace trifle::cli
