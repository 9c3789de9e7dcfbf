# Libraries from the distribution. Required ones stop the configuration with the package's name;
# optional ones (MPI, CUDA) are reported, and `railgauge doctor` says what is missing.

find_package(fmt REQUIRED)
find_package(nlohmann_json REQUIRED)
find_package(simdjson REQUIRED)
find_package(CLI11 REQUIRED)
find_package(tomlplusplus REQUIRED)
find_package(pugixml REQUIRED)
find_package(PkgConfig REQUIRED)
pkg_check_modules(hwloc REQUIRED IMPORTED_TARGET hwloc)
find_package(Threads REQUIRED)
find_package(OpenSSL REQUIRED COMPONENTS Crypto)
# Standalone Asio is headers only; Boost's is another library.
find_path(RAILGAUGE_ASIO_INCLUDE asio.hpp)
if(NOT RAILGAUGE_ASIO_INCLUDE)
  message(FATAL_ERROR "asio.hpp was not found: install libasio-dev")
endif()
add_library(railgauge_asio INTERFACE)
target_include_directories(railgauge_asio SYSTEM INTERFACE ${RAILGAUGE_ASIO_INCLUDE})
# Whether Asio takes aligned_alloc depends on what a file has included before it, and its inline
# functions of several files are one at the end: memory from one way would be given back the other.
target_compile_definitions(railgauge_asio INTERFACE ASIO_STANDALONE ASIO_DISABLE_STD_ALIGNED_ALLOC)
target_link_libraries(railgauge_asio INTERFACE Threads::Threads)
# Only its headers: the library is opened at run time.
pkg_check_modules(ucx ucx>=1.13)
if(RAILGAUGE_TESTS)
  find_package(GTest REQUIRED)
  include(GoogleTest)
endif()
if(RAILGAUGE_MICRO)
  find_package(benchmark REQUIRED)
endif()
