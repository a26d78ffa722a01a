# The target `docs`: the reference of the library in DIRECTORY/docs/html, made by Doxygen where there is one.
# Each sample is a page, and named with what it uses.
file(GLOB samples CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/samples/async/*.cpp)
set(pages "")
foreach(sample ${samples})
  get_filename_component(name ${sample} NAME)
  string(APPEND pages "\\example ${name}\n")
endforeach()
file(CONFIGURE OUTPUT ${PROJECT_BINARY_DIR}/docs/samples.dox CONTENT "/**\n${pages}*/\n" @ONLY)
configure_file(${CMAKE_CURRENT_LIST_DIR}/Doxyfile.in ${PROJECT_BINARY_DIR}/docs/Doxyfile @ONLY)
find_program(WEIR_DOXYGEN doxygen)
mark_as_advanced(WEIR_DOXYGEN)
if(NOT WEIR_DOXYGEN)
  return()
endif()
add_custom_target(
  docs
  COMMAND ${WEIR_DOXYGEN} ${PROJECT_BINARY_DIR}/docs/Doxyfile
  COMMENT "docs/html"
  VERBATIM)
