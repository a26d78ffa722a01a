# Installs weir into DIRECTORY, builds the consumer against it and compares what it prints.
# cmake -DBUILD=... -DSOURCE=... -DDIRECTORY=... -DCOMPILER=... -DLOG=... -P check.cmake
cmake_minimum_required(VERSION 3.25)

function(must)
  execute_process(COMMAND ${ARGN} RESULT_VARIABLE status OUTPUT_VARIABLE output ERROR_VARIABLE output)
  if(NOT status EQUAL 0)
    list(JOIN ARGN " " command)
    message(FATAL_ERROR "${command}: ${status}\n${output}")
  endif()
  set(output "${output}" PARENT_SCOPE)
endfunction()

file(REMOVE_RECURSE ${DIRECTORY})
must(${CMAKE_COMMAND} --install ${BUILD} --prefix ${DIRECTORY}/weir)
foreach(
  file
  bin/weir
  include/weir/grep.hpp
  share/man/man1/weir.1
  share/man/man3/libweir.3
  share/bash-completion/completions/weir
  share/zsh/vendor-completions/_weir
  share/fish/vendor_completions.d/weir.fish)
  if(NOT EXISTS ${DIRECTORY}/weir/${file})
    message(FATAL_ERROR "${file} is not installed")
  endif()
endforeach()
must(${CMAKE_COMMAND} -E env --unset=CXXFLAGS ${CMAKE_COMMAND} -G Ninja -S ${SOURCE} -B ${DIRECTORY}/build
     -DCMAKE_PREFIX_PATH=${DIRECTORY}/weir -DCMAKE_CXX_COMPILER=${COMPILER})
must(${CMAKE_COMMAND} --build ${DIRECTORY}/build)
must(${DIRECTORY}/build/consumer ${LOG})

# The same figures by other means.
file(SIZE ${LOG} bytes)
file(STRINGS ${LOG} selected REGEX "timeout|refused|[0-9]+ bytes left")
list(LENGTH selected count)
set(expected "bytes: ${bytes}\n${count}\nselected: ${count}\n")
if(count EQUAL 0 OR NOT output STREQUAL expected)
  message(FATAL_ERROR "expected\n${expected}but the consumer printed\n${output}")
endif()
must(${DIRECTORY}/weir/bin/weir --version)
message(STATUS "installed, found, built, linked and run")
