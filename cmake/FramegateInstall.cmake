# Where everything goes, and how find_package(framegate) and pkg-config find it again.

include(GNUInstallDirs)
include(CMakePackageConfigHelpers)

set(package_dir "${CMAKE_INSTALL_LIBDIR}/cmake/framegate")
set(pkgconfig_dir "${CMAKE_INSTALL_LIBDIR}/pkgconfig")
set(generated_dir "${CMAKE_CURRENT_BINARY_DIR}/generated")

# A 0.x release may break with the minor number.
write_basic_package_version_file("${generated_dir}/framegate-config-version.cmake"
    COMPATIBILITY SameMinorVersion)
configure_package_config_file(cmake/framegate-config.cmake.in "${generated_dir}/framegate-config.cmake"
    INSTALL_DESTINATION "${package_dir}"
    PATH_VARS CMAKE_INSTALL_LIBDIR CMAKE_INSTALL_INCLUDEDIR)

# The .pc file finds its prefix from where it lies, so that the installed tree can be moved. Directories that
# were asked for as absolute paths stay where they were asked for.
if(IS_ABSOLUTE "${CMAKE_INSTALL_LIBDIR}")
    set(pc_prefix "${CMAKE_INSTALL_PREFIX}")
    set(pc_libdir "${CMAKE_INSTALL_LIBDIR}")
else()
    file(RELATIVE_PATH up "/prefix/${pkgconfig_dir}" "/prefix")
    string(REGEX REPLACE "/$" "" up "${up}")
    set(pc_prefix "\${pcfiledir}/${up}")
    set(pc_libdir "\${prefix}/${CMAKE_INSTALL_LIBDIR}")
endif()
if(IS_ABSOLUTE "${CMAKE_INSTALL_INCLUDEDIR}")
    set(pc_includedir "${CMAKE_INSTALL_INCLUDEDIR}")
else()
    set(pc_includedir "\${prefix}/${CMAKE_INSTALL_INCLUDEDIR}")
endif()
configure_file(cmake/framegate.pc.in "${generated_dir}/framegate.pc" @ONLY)

install(PROGRAMS "${FRAMEGATE_LIBRARY_DIR}/${FRAMEGATE_FILE}" DESTINATION "${CMAKE_INSTALL_LIBDIR}")
install(FILES "${FRAMEGATE_LIBRARY_DIR}/${FRAMEGATE_SONAME}" "${FRAMEGATE_LIBRARY_DIR}/${FRAMEGATE_LINK}"
        DESTINATION "${CMAKE_INSTALL_LIBDIR}")
# Debuggers look for it there; a package of its own may have it.
install(FILES "${FRAMEGATE_LIBRARY_DIR}/${FRAMEGATE_DEBUG}" DESTINATION "${CMAKE_INSTALL_LIBDIR}/.debug"
        COMPONENT debug)
install(FILES include/framegate.h include/framegate.hpp DESTINATION "${CMAKE_INSTALL_INCLUDEDIR}")
install(FILES "${generated_dir}/framegate-config.cmake" "${generated_dir}/framegate-config-version.cmake"
        DESTINATION "${package_dir}")
install(FILES "${generated_dir}/framegate.pc" DESTINATION "${pkgconfig_dir}")
install(FILES LICENSE-MIT LICENSE-APACHE DESTINATION "${CMAKE_INSTALL_DOCDIR}")
