# Libraries from the distribution. Required ones stop the configuration with the package's name;
# optional ones (MPI, CUDA) are reported, and `railgauge doctor` says what is missing.

find_package(fmt REQUIRED)
find_package(nlohmann_json REQUIRED)
find_package(CLI11 REQUIRED)
find_package(tomlplusplus REQUIRED)
find_package(PkgConfig REQUIRED)
pkg_check_modules(hwloc REQUIRED IMPORTED_TARGET hwloc)
find_package(Threads REQUIRED)
if(RAILGAUGE_TESTS)
  find_package(GTest REQUIRED)
  include(GoogleTest)
endif()
if(RAILGAUGE_MICRO)
  find_package(benchmark REQUIRED)
endif()
