#include "drivers/api/gzip.hpp"

#include <zlib.h>

#include <limits>
#include <new>
#include <stdexcept>

namespace trifle::stats::detail::api {

std::string gzipped(std::string_view text) {
  constexpr int kGzip = 16;  // added to the size of the window
  if (text.size() > std::numeric_limits<uInt>::max()) throw std::length_error("too long for one request");
  z_stream stream{};
  if (::deflateInit2(&stream, Z_DEFAULT_COMPRESSION, Z_DEFLATED, MAX_WBITS + kGzip, 8, Z_DEFAULT_STRATEGY) != Z_OK)
    throw std::bad_alloc();
  struct End {
    z_stream& stream;
    ~End() { ::deflateEnd(&stream); }
  } const end{stream};

  std::string out(::deflateBound(&stream, static_cast<uLong>(text.size())), '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));  // zlib only reads it
  stream.avail_in = static_cast<uInt>(text.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  if (::deflate(&stream, Z_FINISH) != Z_STREAM_END) throw std::runtime_error("zlib could not compress the request");
  out.resize(stream.total_out);
  return out;
}

}  // namespace trifle::stats::detail::api
