# Everything weir links is found on the machine, never downloaded. A missing package stops the
# configuration with the name of the Debian package that brings it.

# weir_need(what debian-package found?)
function(weir_need what package found)
  if(NOT ${found})
    message(FATAL_ERROR "weir needs ${what}. On Debian: apt-get install ${package}")
  endif()
endfunction()

# weir_find_c_library(NAME header library debian-package [OPTIONAL]): defines the imported target NAME::NAME. An
# optional library that is not there is told of, and the target is not.
function(weir_find_c_library name header library package)
  find_path(${name}_INCLUDE_DIR ${header})
  find_library(${name}_LIBRARY NAMES ${library})
  mark_as_advanced(${name}_INCLUDE_DIR ${name}_LIBRARY)
  if(NOT ${name}_INCLUDE_DIR OR NOT ${name}_LIBRARY)
    if("OPTIONAL" IN_LIST ARGN)
      message(STATUS "weir does without ${name} (${header}). On Debian: apt-get install ${package}")
      return()
    endif()
    message(FATAL_ERROR "weir needs ${name} (${header}). On Debian: apt-get install ${package}")
  endif()
  if(NOT TARGET ${name}::${name})
    add_library(${name}::${name} UNKNOWN IMPORTED GLOBAL)
    set_target_properties(${name}::${name} PROPERTIES IMPORTED_LOCATION ${${name}_LIBRARY}
                                                      INTERFACE_INCLUDE_DIRECTORIES ${${name}_INCLUDE_DIR})
  endif()
endfunction()

set(THREADS_PREFER_PTHREAD_FLAG ON)
find_package(Threads REQUIRED)
weir_find_c_library(liburing liburing.h "liburing.a;uring" liburing-dev)
weir_find_c_library(pcre2 pcre2.h "libpcre2-8.a;pcre2-8" libpcre2-dev)
# Hyperscan and its portable fork Vectorscan share one API. Vectorscan 5.4.7 to 5.4.12, which Debian 12 has, loses
# matches (its issues 317, 358, 382); weir finds that out at run time and then does without. So: Hyperscan where there is
# one (x86). Its archive is preferred to the shared library: both packages use one soname, and a program linked
# against the one must not start with the other.
if(CMAKE_SYSTEM_PROCESSOR MATCHES "x86_64|amd64|AMD64")
  weir_find_c_library(vectorscan hs/hs.h "libhs.a;hs" libhyperscan-dev)
else()
  weir_find_c_library(vectorscan hs/hs.h "libhs.a;hs" libvectorscan-dev)
endif()
# Codecs. Two are always there; WEIR_OPTIONAL_CODECS are the others whose libraries are, each with its CODEC_TARGETS.
weir_find_c_library(isal isa-l/igzip_lib.h "libisal.a;isal" libisal-dev)
weir_find_c_library(zstd zstd.h "libzstd.a;zstd" libzstd-dev)
weir_find_c_library(lz4 lz4frame.h "liblz4.a;lz4" liblz4-dev OPTIONAL)
weir_find_c_library(xz lzma.h "liblzma.a;lzma" liblzma-dev OPTIONAL)
weir_find_c_library(bzip2 bzlib.h "libbz2.a;bz2" libbz2-dev OPTIONAL)
weir_find_c_library(brotli brotli/decode.h "libbrotlidec.a;brotlidec" libbrotli-dev OPTIONAL)
weir_find_c_library(brotlicommon brotli/types.h "libbrotlicommon.a;brotlicommon" libbrotli-dev OPTIONAL)
set(WEIR_OPTIONAL_CODECS)
foreach(codec lz4 xz bzip2 brotli)
  set(${codec}_TARGETS ${codec}::${codec})
  if(codec STREQUAL brotli)
    list(APPEND brotli_TARGETS brotlicommon::brotlicommon) # behind the one that calls it
  endif()
  if(TARGET ${codec}::${codec})
    list(APPEND WEIR_OPTIONAL_CODECS ${codec})
  endif()
endforeach()
# Archives: libarchive, with what its own archive calls for.
weir_find_c_library(archive archive.h "libarchive.a;archive" libarchive-dev OPTIONAL)
weir_find_c_library(zlib zlib.h "libz.a;z" zlib1g-dev OPTIONAL)
weir_find_c_library(nettle nettle/aes.h "libnettle.a;nettle" nettle-dev OPTIONAL)
set(WEIR_ARCHIVES OFF)
if(TARGET archive::archive AND TARGET zlib::zlib AND TARGET nettle::nettle AND TARGET lz4::lz4 AND TARGET xz::xz
   AND TARGET bzip2::bzip2)
  set(WEIR_ARCHIVES ON)
  set(archive_TARGETS archive::archive zlib::zlib nettle::nettle bzip2::bzip2 xz::xz lz4::lz4 zstd::zstd)
endif()
# Highway is used by its headers alone: see src/text/simd_targets.cpp.
find_path(highway_INCLUDE_DIR hwy/highway.h)
mark_as_advanced(highway_INCLUDE_DIR)
weir_need("Highway" libhwy-dev highway_INCLUDE_DIR)
add_library(highway::highway INTERFACE IMPORTED GLOBAL)
set_target_properties(highway::highway PROPERTIES INTERFACE_INCLUDE_DIRECTORIES ${highway_INCLUDE_DIR})
find_package(fmt 9 QUIET CONFIG)
weir_need("{fmt} 9" libfmt-dev fmt_FOUND)
find_package(CLI11 2.1 QUIET CONFIG)
weir_need("CLI11 2.1" libcli11-dev CLI11_FOUND)
if(WEIR_TESTS)
  find_package(GTest QUIET CONFIG)
  weir_need(GoogleTest "libgtest-dev libgmock-dev" GTest_FOUND)
endif()
if(WEIR_BENCH)
  find_package(benchmark QUIET CONFIG)
  weir_need("Google Benchmark" libbenchmark-dev benchmark_FOUND)
endif()
