# Finds MariaDB Connector/C (Debian: libmariadb-dev), which has no CMake file of its own, by pkg-config.
#
#   Libmariadb_FOUND          whether it is there
#   Libmariadb::Libmariadb    the library to link
find_package(PkgConfig QUIET)
if(PkgConfig_FOUND)
  pkg_check_modules(PC_Libmariadb QUIET libmariadb)
endif()
find_path(Libmariadb_INCLUDE_DIR NAMES mysql.h HINTS ${PC_Libmariadb_INCLUDE_DIRS} PATH_SUFFIXES mariadb)
find_library(Libmariadb_LIBRARY NAMES mariadb HINTS ${PC_Libmariadb_LIBRARY_DIRS})

include(FindPackageHandleStandardArgs)
find_package_handle_standard_args(Libmariadb REQUIRED_VARS Libmariadb_LIBRARY Libmariadb_INCLUDE_DIR
  VERSION_VAR PC_Libmariadb_VERSION)

if(Libmariadb_FOUND AND NOT TARGET Libmariadb::Libmariadb)
  add_library(Libmariadb::Libmariadb UNKNOWN IMPORTED)
  set_target_properties(Libmariadb::Libmariadb PROPERTIES
    IMPORTED_LOCATION ${Libmariadb_LIBRARY} INTERFACE_INCLUDE_DIRECTORIES ${Libmariadb_INCLUDE_DIR})
endif()
mark_as_advanced(Libmariadb_INCLUDE_DIR Libmariadb_LIBRARY)
