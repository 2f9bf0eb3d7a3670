#include "fault/faulty_vfs.hpp"

namespace trifle::stats::test {
namespace {

/// The real file follows in memory.
struct File {
  sqlite3_file base;
  sqlite3_file* real() { return reinterpret_cast<sqlite3_file*>(this + 1); }
};

sqlite3_file* real(sqlite3_file* file) { return reinterpret_cast<File*>(file)->real(); }

template <auto Member, class... Arguments>
auto pass(sqlite3_file* file, Arguments... arguments) {
  return (real(file)->pMethods->*Member)(real(file), arguments...);
}

template <FaultyVfs::Call Call, auto Member, class... Arguments>
int pass_or_fail(sqlite3_file* file, Arguments... arguments) {
  if (const int native = FaultyVfs::instance().failure(Call)) return native;
  return pass<Member>(file, arguments...);
}

using Methods = sqlite3_io_methods;
using Call = FaultyVfs::Call;

const Methods kMethods = {
    2,
    pass<&Methods::xClose>,
    pass<&Methods::xRead, void*, int, sqlite3_int64>,
    pass_or_fail<Call::Write, &Methods::xWrite, const void*, int, sqlite3_int64>,
    pass_or_fail<Call::Truncate, &Methods::xTruncate, sqlite3_int64>,
    pass_or_fail<Call::Sync, &Methods::xSync, int>,
    pass<&Methods::xFileSize, sqlite3_int64*>,
    pass<&Methods::xLock, int>,
    pass<&Methods::xUnlock, int>,
    pass<&Methods::xCheckReservedLock, int*>,
    pass<&Methods::xFileControl, int, void*>,
    pass<&Methods::xSectorSize>,
    pass<&Methods::xDeviceCharacteristics>,
    pass<&Methods::xShmMap, int, int, int, void volatile**>,
    pass<&Methods::xShmLock, int, int, int>,
    [](sqlite3_file* file) { real(file)->pMethods->xShmBarrier(real(file)); },
    pass<&Methods::xShmUnmap, int>,
    nullptr,
    nullptr,
};

int open(sqlite3_vfs*, const char* name, sqlite3_file* file, int flags, int* out_flags) {
  auto* const real_vfs = FaultyVfs::instance().real();
  const int native = real_vfs->xOpen(real_vfs, name, real(file), flags, out_flags);
  file->pMethods = real(file)->pMethods ? &kMethods : nullptr;
  return native;
}

int remove(sqlite3_vfs*, const char* name, int sync_folder) {
  if (const int native = FaultyVfs::instance().failure(Call::Delete)) return native;
  auto* const real_vfs = FaultyVfs::instance().real();
  return real_vfs->xDelete(real_vfs, name, sync_folder);
}

}  // namespace

FaultyVfs& FaultyVfs::instance() {
  static FaultyVfs vfs;
  return vfs;
}

// The other methods of the real one don't look at which they belong to.
FaultyVfs::FaultyVfs() : real_(sqlite3_vfs_find(nullptr)), own_(*real_) {
  own_.zName = "faulty";
  own_.szOsFile = real_->szOsFile + static_cast<int>(sizeof(File));
  own_.pNext = nullptr;
  own_.xOpen = open;
  own_.xDelete = remove;
  sqlite3_vfs_register(&own_, 1);
}

void FaultyVfs::arm(Call call, int passes, int native) {
  call_ = call;
  passes_ = passes;
  native_ = native;
  fired_ = false;
}

int FaultyVfs::failure(Call call) {
  if (native_ == SQLITE_OK || fired_ || call != call_ || passes_-- > 0) return SQLITE_OK;
  fired_ = true;
  return native_;
}

}  // namespace trifle::stats::test
