# What `cmake --install` writes: the command with its man page and completions, and the library with its
# headers, man page and CMake package. All of it is in the default build.
include(CMakePackageConfigHelpers)

install(TARGETS weir RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
install(FILES man/weir.1 DESTINATION ${CMAKE_INSTALL_MANDIR}/man1)
install(FILES man/libweir.3 DESTINATION ${CMAKE_INSTALL_MANDIR}/man3)
install(FILES README.md CHANGELOG.md LICENSE DESTINATION ${CMAKE_INSTALL_DOCDIR})

# weir_completion(shell file folder): the command writes its own completion.
function(weir_completion shell file folder)
  set(path ${PROJECT_BINARY_DIR}/completions/${file})
  add_custom_command(
    OUTPUT ${path}
    COMMAND ${CMAKE_COMMAND} -E make_directory ${PROJECT_BINARY_DIR}/completions
    COMMAND weir --generate complete-${shell} > ${path}
    DEPENDS weir
    VERBATIM)
  add_custom_target(completion_${shell} ALL DEPENDS ${path})
  install(FILES ${path} DESTINATION ${CMAKE_INSTALL_DATADIR}/${folder})
endfunction()
weir_completion(bash weir bash-completion/completions)
weir_completion(zsh _weir zsh/vendor-completions)
weir_completion(fish weir.fish fish/vendor_completions.d)

# Who links the archive needs the libraries that it calls, but none of which it has only seen headers.
get_target_property(weir_links weir_lib INTERFACE_LINK_LIBRARIES)
list(REMOVE_ITEM weir_links "$<LINK_ONLY:fmt::fmt-header-only>" "$<LINK_ONLY:highway::highway>"
     "$<LINK_ONLY:jq::headers>" "$<LINK_ONLY:onig::headers>" "$<LINK_ONLY:simdjson::headers>")
set_target_properties(weir_lib PROPERTIES INTERFACE_LINK_LIBRARIES "${weir_links}")

set(weir_package ${CMAKE_INSTALL_LIBDIR}/cmake/weir)
install(
  TARGETS weir_lib
  EXPORT weirTargets
  ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR}
  FILE_SET HEADERS DESTINATION ${CMAKE_INSTALL_INCLUDEDIR})
install(EXPORT weirTargets NAMESPACE weir:: DESTINATION ${weir_package})
configure_package_config_file(src/cmake/weirConfig.cmake.in ${PROJECT_BINARY_DIR}/weirConfig.cmake
                              INSTALL_DESTINATION ${weir_package})
# Before 1.0 a minor version may change the interface.
write_basic_package_version_file(${PROJECT_BINARY_DIR}/weirConfigVersion.cmake COMPATIBILITY SameMinorVersion)
install(FILES ${PROJECT_BINARY_DIR}/weirConfig.cmake ${PROJECT_BINARY_DIR}/weirConfigVersion.cmake
        DESTINATION ${weir_package})
