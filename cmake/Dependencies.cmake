# Every package comes from Debian 12 (packages.txt); docs/reference/dependencies.md says why each is here.
find_package(Threads REQUIRED)
find_package(fmt 9 REQUIRED)
find_package(nlohmann_json 3.11 REQUIRED)
find_package(yaml-cpp 0.7 REQUIRED)
find_package(RocksDB 7.8 CONFIG REQUIRED)
find_package(CLI11 2.1 REQUIRED)
find_package(prometheus-cpp REQUIRED COMPONENTS core)
find_package(PkgConfig REQUIRED)
find_package(SQLite3 REQUIRED)
find_package(Boost 1.74 REQUIRED)  # headers only: Asio and Beast
if(CMAKE_CXX_COMPILER_ID STREQUAL "Clang")  # of which 1.74 believes that its coroutines are still experimental
  target_compile_definitions(Boost::headers INTERFACE BOOST_ASIO_HAS_CO_AWAIT=1)
endif()
find_package(OpenSSL 3.0 REQUIRED)
pkg_check_modules(xxhash REQUIRED IMPORTED_TARGET GLOBAL libxxhash)
pkg_check_modules(isal REQUIRED IMPORTED_TARGET GLOBAL libisal)
pkg_check_modules(libpq REQUIRED IMPORTED_TARGET GLOBAL libpq>=13)
pkg_check_modules(libmariadb REQUIRED IMPORTED_TARGET GLOBAL libmariadb>=3.1)
pkg_check_modules(rdkafka REQUIRED IMPORTED_TARGET GLOBAL rdkafka>=2.0.2)
add_library(RdKafka::rdkafka ALIAS PkgConfig::rdkafka)
if(NOT SLUICE_SANITIZE)  # a sanitizer brings its own allocator
  pkg_check_modules(jemalloc REQUIRED IMPORTED_TARGET GLOBAL jemalloc)
endif()

# With the definitions that Debian built it with: without them its classes have another layout here than in the library.
pkg_check_modules(httplib REQUIRED IMPORTED_TARGET GLOBAL cpp-httplib)
add_library(Httplib::httplib ALIAS PkgConfig::httplib)

# Debian's libcsv, libjq and cmark-gfm ship no CMake config; valijson is headers only.

find_path(CSV_INCLUDE_DIR csv.h REQUIRED)
find_library(CSV_LIBRARY csv REQUIRED)
add_library(sluice_csv INTERFACE)
target_include_directories(sluice_csv SYSTEM INTERFACE ${CSV_INCLUDE_DIR})
target_link_libraries(sluice_csv INTERFACE ${CSV_LIBRARY})
add_library(Csv::csv ALIAS sluice_csv)

find_path(JQ_INCLUDE_DIR jq.h REQUIRED)
find_library(JQ_LIBRARY jq REQUIRED)
add_library(sluice_jq INTERFACE)
target_include_directories(sluice_jq SYSTEM INTERFACE ${JQ_INCLUDE_DIR})
target_link_libraries(sluice_jq INTERFACE ${JQ_LIBRARY})
add_library(Jq::jq ALIAS sluice_jq)

find_path(CMARK_GFM_INCLUDE_DIR cmark-gfm.h REQUIRED)
find_library(CMARK_GFM_LIBRARY cmark-gfm REQUIRED)
find_library(CMARK_GFM_EXTENSIONS_LIBRARY cmark-gfm-extensions REQUIRED)
add_library(sluice_cmark_gfm INTERFACE)
target_include_directories(sluice_cmark_gfm SYSTEM INTERFACE ${CMARK_GFM_INCLUDE_DIR})
target_link_libraries(sluice_cmark_gfm INTERFACE ${CMARK_GFM_EXTENSIONS_LIBRARY} ${CMARK_GFM_LIBRARY})
add_library(CmarkGfm::cmark_gfm ALIAS sluice_cmark_gfm)

find_path(VALIJSON_INCLUDE_DIR valijson/validator.hpp REQUIRED)
add_library(sluice_valijson INTERFACE)
target_include_directories(sluice_valijson SYSTEM INTERFACE ${VALIJSON_INCLUDE_DIR})
add_library(Valijson::valijson ALIAS sluice_valijson)

if(SLUICE_TESTS)
  find_package(GTest 1.12 REQUIRED)
  include(GoogleTest)
endif()
