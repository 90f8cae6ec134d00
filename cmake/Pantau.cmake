# The two words the folders' CMakeLists.txt are written in: pantau_library and pantau_test.
include_guard()

set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
set(CMAKE_RUNTIME_OUTPUT_DIRECTORY "${CMAKE_BINARY_DIR}/bin")
if(NOT CMAKE_BUILD_TYPE)
    set(CMAKE_BUILD_TYPE Release)
endif()

find_program(CCACHE ccache)
if(CCACHE)
    set(CMAKE_CXX_COMPILER_LAUNCHER "${CCACHE}")
endif()

add_library(pantau_flags INTERFACE)
target_compile_options(pantau_flags INTERFACE
    -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wnon-virtual-dtor -Woverloaded-virtual
    -fno-strict-aliasing -fstack-protector-strong
    "$<$<CONFIG:Release>:-D_FORTIFY_SOURCE=2>")
target_link_options(pantau_flags INTERFACE "LINKER:-z,relro,-z,now")
if(PANTAU_WERROR)
    target_compile_options(pantau_flags INTERFACE -Werror)
endif()
if(PANTAU_SANITIZE STREQUAL "address")
    target_compile_options(pantau_flags INTERFACE -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer)
    target_link_options(pantau_flags INTERFACE -fsanitize=address,undefined)
    target_compile_definitions(pantau_flags INTERFACE PANTAU_SANITIZED=1)
elseif(PANTAU_SANITIZE STREQUAL "thread")
    target_compile_options(pantau_flags INTERFACE -fsanitize=thread -Wno-tsan -fno-omit-frame-pointer)
    target_link_options(pantau_flags INTERFACE -fsanitize=thread)
    target_compile_definitions(pantau_flags INTERFACE PANTAU_SANITIZED=1)
elseif(NOT PANTAU_SANITIZE STREQUAL "")
    message(FATAL_ERROR "PANTAU_SANITIZE is address, thread or empty, not '${PANTAU_SANITIZE}'")
endif()
target_include_directories(pantau_flags INTERFACE "${PROJECT_SOURCE_DIR}" "${PROJECT_SOURCE_DIR}/daemon")
target_include_directories(pantau_flags SYSTEM INTERFACE "${EXPECTED_INCLUDE}")
target_compile_definitions(pantau_flags INTERFACE BOOST_ASIO_NO_DEPRECATED BOOST_ASIO_DISABLE_BOOST_REGEX)

# pantau_library(NAME SOURCES a.cpp ... USES lib ...): one folder, one library.
function(pantau_library name)
    cmake_parse_arguments(ARG "" "" "SOURCES;USES" ${ARGN})
    add_library(${name} STATIC ${ARG_SOURCES})
    target_link_libraries(${name} PUBLIC pantau_flags ${ARG_USES})
endfunction()

# pantau_program(NAME SOURCES main.cpp USES lib ...): an executable that users run; lands in build/bin.
function(pantau_program name)
    cmake_parse_arguments(ARG "" "" "SOURCES;USES" ${ARGN})
    add_executable(${name} ${ARG_SOURCES})
    target_link_libraries(${name} PRIVATE pantau_flags ${ARG_USES})
endfunction()

# pantau_test(NAME SOURCES a_test.cpp ... USES lib ... [LABELS unit|system] [TIMEOUT s]): a doctest program.
# Label "system": starts other programs, opens ports; run one at a time and left out of the sanitizer runs' default.
function(pantau_test name)
    cmake_parse_arguments(ARG "" "TIMEOUT" "SOURCES;USES;LABELS;DEPENDS" ${ARGN})
    if(NOT ARG_LABELS)
        set(ARG_LABELS unit)
    endif()
    if(NOT ARG_TIMEOUT)
        set(ARG_TIMEOUT 120)
    endif()
    add_executable(${name} ${ARG_SOURCES})
    target_link_libraries(${name} PRIVATE pantau_flags pantau_doctest_main ${ARG_USES})
    target_compile_definitions(${name} PRIVATE
        PANTAU_SOURCE_DIR="${PROJECT_SOURCE_DIR}" PANTAU_BIN_DIR="${CMAKE_RUNTIME_OUTPUT_DIRECTORY}")
    set_target_properties(${name} PROPERTIES RUNTIME_OUTPUT_DIRECTORY "${CMAKE_BINARY_DIR}/tests/bin")
    if(ARG_DEPENDS)
        add_dependencies(${name} ${ARG_DEPENDS})
    endif()
    add_test(NAME ${name} COMMAND ${name})
    set_tests_properties(${name} PROPERTIES LABELS "${ARG_LABELS}" TIMEOUT ${ARG_TIMEOUT}
        WORKING_DIRECTORY "${PROJECT_SOURCE_DIR}")
    if("system" IN_LIST ARG_LABELS)
        set_tests_properties(${name} PROPERTIES RUN_SERIAL ON)
    endif()
endfunction()
