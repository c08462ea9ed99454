# Compile options that every target of the project gets.
add_library(sluice_options INTERFACE)
if(SLUICE_PCH)
  target_compile_options(sluice_options INTERFACE -fpch-preprocess)  # so that ccache can look into them
endif()
# In a batch another source's name is no outer one, and its types in unnamed namespaces are not a header's.
if(SLUICE_UNITY)
  target_compile_options(sluice_options INTERFACE -Wno-subobject-linkage)
endif()
# A seventh of a compilation was GCC collecting garbage; it has half a gibibyte before it begins. (clang-tidy, which
# reads a tree without batches, does not know the word.)
if(SLUICE_UNITY AND CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  target_compile_options(sluice_options INTERFACE "SHELL:--param ggc-min-heapsize=524288")
endif()
target_compile_features(sluice_options INTERFACE cxx_std_20)
target_compile_options(sluice_options INTERFACE
  -Wall -Wextra -Wpedantic $<IF:$<BOOL:${SLUICE_UNITY}>,-Wshadow=local,-Wshadow> -Wconversion -Wnon-virtual-dtor -Wold-style-cast
  -Werror=switch -Werror=return-type -Werror=unused-result
  $<$<BOOL:${SLUICE_WERROR}>:-Werror>)
# When it optimizes, GCC 12 sees std::string write beyond itself (its bugs 105329, 105651 and their kin); the address
# sanitizer looks for the real thing. What else it concludes from inlined code warns, and does not stop a release.
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 13)
  set(false_alarms -Wno-array-bounds -Wno-restrict -Wno-stringop-overflow -Wno-stringop-overread
      -Wno-error=maybe-uninitialized -Wno-error=dangling-pointer -Wno-error=free-nonheap-object)
  target_compile_options(sluice_options INTERFACE "$<$<NOT:$<CONFIG:Debug>>:${false_alarms}>")
endif()
target_compile_definitions(sluice_options INTERFACE _GLIBCXX_ASSERTIONS
  $<$<BOOL:${SLUICE_POINTS}>:SLUICE_POINTS=1>)
if(SLUICE_SANITIZE)
  target_compile_options(sluice_options INTERFACE
    -fsanitize=${SLUICE_SANITIZE} -fno-omit-frame-pointer -fno-sanitize-recover=all)
  target_link_options(sluice_options INTERFACE -fsanitize=${SLUICE_SANITIZE})
endif()

if(SLUICE_FUZZ)  # what libFuzzer looks at to see which inputs lead somewhere new
  target_compile_options(sluice_options INTERFACE -fsanitize=fuzzer-no-link -w)
endif()

# Two precompiled headers for the whole tree: what nearly every file reads, and the same with gtest. A file still
# names what it uses: ./dev tidy and the header check read it without them.
if(SLUICE_PCH)
  set(pch_headers <algorithm> <array> <chrono> <cstdint> <filesystem> <functional> <map> <memory> <optional>
      <random> <set> <span> <string> <string_view> <utility> <vector> <fmt/format.h>)
  add_library(sluice_pch OBJECT ${CMAKE_CURRENT_LIST_DIR}/pch.cpp)
  target_link_libraries(sluice_pch PRIVATE sluice_options fmt::fmt)
  target_precompile_headers(sluice_pch PRIVATE ${pch_headers})
  if(SLUICE_TESTS)
    add_library(sluice_pch_tests OBJECT ${CMAKE_CURRENT_LIST_DIR}/pch.cpp)
    target_link_libraries(sluice_pch_tests PRIVATE sluice_options fmt::fmt GTest::gtest)
    target_precompile_headers(sluice_pch_tests PRIVATE ${pch_headers} <gtest/gtest.h>)
  endif()
endif()

function(sluice_precompiled target host)
  if(SLUICE_PCH)
    target_precompile_headers(${target} REUSE_FROM ${host})
  endif()
endfunction()

# Several sources are one text for the compiler, which then instantiates what they share once. Names in unnamed namespaces
# must differ within a target for it (docs/decisions/2026-11-29-sources-in-batches.md).
function(sluice_together target)
  if(SLUICE_UNITY)
    set_target_properties(${target} PROPERTIES UNITY_BUILD ON UNITY_BUILD_BATCH_SIZE ${SLUICE_BATCH})
  endif()
endfunction()

# What a program of ours puts in the place of a library's own: the allocator, and the sums of RocksDB's write-ahead log
# (docs/decisions/2026-11-23-where-the-time-goes.md). Not the library: what a service allocates with is its own choice.
function(sluice_program target)
  target_link_libraries(${target} PRIVATE sluice_rocksdb_crc32c)
  if(NOT SLUICE_SANITIZE)
    target_link_libraries(${target} PRIVATE PkgConfig::jemalloc)
  endif()
endfunction()

# sluice_module(NAME SRCS ... HDRS ... TESTS ... DEPS ... PRIVATE_DEPS ... [LABELS ...] [TEST_DEPS ...])
#
# Makes the library sluice::NAME from the folder it stands in, with its headers checked to stand alone
# (target all_verify_interface_header_sets), and, from TESTS, the gtest program sluice_NAME_tests.
# Sources are listed by hand: a file that nobody lists is not built, and the tidy test says so.
function(sluice_module name)
  cmake_parse_arguments(arg "" "" "SRCS;HDRS;TESTS;DEPS;PRIVATE_DEPS;LABELS;TEST_DEPS" ${ARGN})
  string(REPLACE "/" "_" target sluice_${name})
  add_library(${target} STATIC ${arg_SRCS})
  string(REPLACE "/" "_" alias ${name})
  add_library(sluice::${alias} ALIAS ${target})
  # src/event/record.hpp is included as "event/record.hpp", commerce/money/money.hpp by its whole path.
  if(CMAKE_CURRENT_SOURCE_DIR MATCHES "^${PROJECT_SOURCE_DIR}/src/")
    set(bases ${PROJECT_SOURCE_DIR}/src ${PROJECT_SOURCE_DIR}/include)
  else()
    set(bases ${PROJECT_SOURCE_DIR})
  endif()
  target_sources(${target} PUBLIC FILE_SET HEADERS BASE_DIRS ${bases} FILES ${arg_HDRS})
  set_target_properties(${target} PROPERTIES VERIFY_INTERFACE_HEADER_SETS ON)
  target_link_libraries(${target} PUBLIC sluice_options fmt::fmt ${arg_DEPS} PRIVATE ${arg_PRIVATE_DEPS})
  sluice_precompiled(${target} sluice_pch)
  sluice_together(${target})
  if(SLUICE_TESTS AND arg_TESTS)
    sluice_test(${target}_tests SRCS ${arg_TESTS} DEPS ${target} ${arg_TEST_DEPS} LABELS ${arg_LABELS})
  endif()
endfunction()

if(SLUICE_SANITIZE STREQUAL thread)
  add_library(sluice_tsan_c11_threads OBJECT ${CMAKE_CURRENT_LIST_DIR}/tsan_c11_threads.cpp)
  target_link_libraries(sluice_tsan_c11_threads PRIVATE sluice_options)
endif()

# Where the Kafka broker lives that the tests of one ctest run share (tests/kafka).
set(SLUICE_BROKER_DIR ${CMAKE_BINARY_DIR}/kafka-broker)

# The seconds that a test may take: under sanitizers what takes ten of them takes minutes.
function(sluice_patience variable seconds)
  if(SLUICE_SANITIZE)
    math(EXPR seconds "${seconds} * 10")
  endif()
  set(${variable} ${seconds} PARENT_SCOPE)
endfunction()

# sluice_test(TARGET SRCS ... DEPS ... [LABELS unit] [TIMEOUT_SECONDS 120] [BROKER]): one gtest program, one ctest
# entry per TEST; labels default to unit. BROKER: its tests need the shared Kafka broker (tests/kafka/broker.hpp).
# DATABASES: its tests have the database as their parameter (tests/databases): one ctest entry for each of those.
function(sluice_test target)
  cmake_parse_arguments(arg "BROKER;DATABASES" "TIMEOUT_SECONDS" "SRCS;DEPS;LABELS" ${ARGN})
  if(NOT arg_LABELS AND arg_DATABASES)
    set(arg_LABELS databases)
  elseif(NOT arg_LABELS AND arg_BROKER)
    set(arg_LABELS broker)
  elseif(NOT arg_LABELS)
    set(arg_LABELS unit)
  endif()
  if(NOT arg_TIMEOUT_SECONDS)
    set(arg_TIMEOUT_SECONDS 120)
  endif()
  sluice_patience(arg_TIMEOUT_SECONDS ${arg_TIMEOUT_SECONDS})
  add_executable(${target} ${arg_SRCS})
  target_link_libraries(${target} PRIVATE sluice_options ${arg_DEPS} GTest::gtest GTest::gtest_main)
  sluice_precompiled(${target} sluice_pch_tests)
  sluice_together(${target})
  if(SLUICE_SANITIZE STREQUAL thread)
    target_link_libraries(${target} PRIVATE sluice_tsan_c11_threads)
  endif()
  if(arg_BROKER)
    target_link_libraries(${target} PRIVATE sluice_kafka_broker)
    set(broker FIXTURES_REQUIRED broker ENVIRONMENT SLUICE_KAFKA_CLUSTER=${SLUICE_BROKER_DIR})
  endif()
  if(arg_DATABASES)
    target_link_libraries(${target} PRIVATE sluice_database_servers)
    foreach(database sqlite postgresql mysql)
      add_test(NAME ${target}.${database} COMMAND ${target} --gtest_filter=*/${database})
      set_tests_properties(${target}.${database} PROPERTIES LABELS "${arg_LABELS}" TIMEOUT ${arg_TIMEOUT_SECONDS}
        SKIP_REGULAR_EXPRESSION "(initdb|postgres|mariadbd) is not installed:")
    endforeach()
    return()
  endif()
  gtest_discover_tests(${target} DISCOVERY_TIMEOUT 60 NO_PRETTY_VALUES  # which may be the bytes of an object
    PROPERTIES LABELS "${arg_LABELS}" TIMEOUT ${arg_TIMEOUT_SECONDS} ${broker})
endfunction()
