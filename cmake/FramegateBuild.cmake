# The library, by cargo, and the target framegate::framegate that links with it from this build tree.

find_program(CARGO cargo REQUIRED)

# What dlopen and the linker look for: libframegate.so -> .so.<soversion> -> .so.<version>. build.rs sets the
# same soname, and scripts/check-package.sh compares the two.
set(FRAMEGATE_SOVERSION 0)
set(FRAMEGATE_LIBRARY_DIR "${CMAKE_CURRENT_BINARY_DIR}/lib")
set(FRAMEGATE_LINK libframegate.so)
set(FRAMEGATE_SONAME "${FRAMEGATE_LINK}.${FRAMEGATE_SOVERSION}")
set(FRAMEGATE_FILE "${FRAMEGATE_LINK}.${PROJECT_VERSION}")
set(FRAMEGATE_DEBUG "${FRAMEGATE_FILE}.debug")
set(cargo_dir "${CMAKE_CURRENT_BINARY_DIR}/cargo")
set(built "${cargo_dir}/release/${FRAMEGATE_LINK}")
get_filename_component(cargo_files "${cargo_dir}" REALPATH) # other flags make cargo begin anew, another name for it does not

# The library says in which file something went wrong: the paths of the machine that built it are left out.
set(cargo_home "$ENV{CARGO_HOME}")
if(NOT cargo_home)
    set(cargo_home "$ENV{HOME}/.cargo")
endif()
separate_arguments(rust_flags UNIX_COMMAND "$ENV{RUSTFLAGS}")
list(APPEND rust_flags "--remap-path-prefix=${CMAKE_CURRENT_SOURCE_DIR}=framegate"
     "--remap-path-prefix=${cargo_files}=framegate-build" "--remap-path-prefix=${cargo_home}=cargo")
string(ASCII 31 separator)
list(JOIN rust_flags "${separator}" rust_flags)
set(c_flags "$ENV{CFLAGS} -ffile-prefix-map=${CMAKE_CURRENT_SOURCE_DIR}=framegate -ffile-prefix-map=${cargo_files}=framegate-build")

# Always run: cargo itself knows what is out of date.
add_custom_target(framegate_cargo ALL
    COMMAND "${CMAKE_COMMAND}" -E env "CARGO_TARGET_DIR=${cargo_dir}" "CARGO_ENCODED_RUSTFLAGS=${rust_flags}"
            "CFLAGS=${c_flags}" "${CARGO}" build --release --locked --lib
    COMMAND "${CMAKE_COMMAND}" -E make_directory "${FRAMEGATE_LIBRARY_DIR}"
    # What debuggers need is in a file of its own, whose name the library has.
    COMMAND "${CMAKE_OBJCOPY}" --only-keep-debug "${built}" "${FRAMEGATE_LIBRARY_DIR}/${FRAMEGATE_DEBUG}"
    COMMAND "${CMAKE_OBJCOPY}" --strip-unneeded
            "--add-gnu-debuglink=${FRAMEGATE_LIBRARY_DIR}/${FRAMEGATE_DEBUG}" "${built}" "${built}.stripped"
    COMMAND "${CMAKE_COMMAND}" -E copy_if_different "${built}.stripped"
            "${FRAMEGATE_LIBRARY_DIR}/${FRAMEGATE_FILE}"
    COMMAND "${CMAKE_COMMAND}" -E create_symlink "${FRAMEGATE_FILE}"
            "${FRAMEGATE_LIBRARY_DIR}/${FRAMEGATE_SONAME}"
    COMMAND "${CMAKE_COMMAND}" -E create_symlink "${FRAMEGATE_SONAME}"
            "${FRAMEGATE_LIBRARY_DIR}/${FRAMEGATE_LINK}"
    BYPRODUCTS "${FRAMEGATE_LIBRARY_DIR}/${FRAMEGATE_FILE}"
    WORKING_DIRECTORY "${CMAKE_CURRENT_SOURCE_DIR}"
    COMMENT "Building libframegate ${PROJECT_VERSION} with cargo"
    USES_TERMINAL VERBATIM)

add_library(framegate::framegate SHARED IMPORTED GLOBAL)
add_dependencies(framegate::framegate framegate_cargo)
set_target_properties(framegate::framegate PROPERTIES
    IMPORTED_LOCATION "${FRAMEGATE_LIBRARY_DIR}/${FRAMEGATE_FILE}"
    IMPORTED_SONAME "${FRAMEGATE_SONAME}"
    INTERFACE_INCLUDE_DIRECTORIES "${CMAKE_CURRENT_SOURCE_DIR}/include")
