# The cuda backend, and what it shares with nccl (backends/device_*, backends/cuda_*), need CUDA to
# be built; the driver is opened at run time. Without CUDA nothing of them is compiled.

if(RAILGAUGE_HAS_CUDA)
  target_link_libraries(railgauge_backends PUBLIC railgauge_kernels_device)
else()
  file(GLOB device_sources CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/harness/backends/cuda/*.cpp
       ${PROJECT_SOURCE_DIR}/harness/backends/cuda_*.cpp
       ${PROJECT_SOURCE_DIR}/harness/backends/device_*.cpp)
  set_source_files_properties(${device_sources} PROPERTIES HEADER_FILE_ONLY ON)
endif()
