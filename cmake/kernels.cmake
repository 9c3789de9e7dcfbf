# The loops of kernels/ are optimised fully (except in debug builds) and compiled for two
# instruction sets; the program chooses at run time.

set(kernels_fast "$<$<NOT:$<CONFIG:Debug>>:-O3>")
if(RAILGAUGE_SANITIZE)
  # Checks at every one of the unrolled accesses take the compiler minutes at -O3.
  set(kernels_fast -O1)
endif()
set_source_files_properties(kernels/reduce_baseline.cpp kernels/pattern.cpp
                            kernels/pattern_table.cpp
                            PROPERTIES COMPILE_OPTIONS "${kernels_fast}")
if(CMAKE_SYSTEM_PROCESSOR MATCHES "x86_64|AMD64|amd64")
  set_source_files_properties(kernels/reduce_avx2.cpp
                              PROPERTIES COMPILE_OPTIONS "-mavx2;-mf16c;${kernels_fast}")
endif()
