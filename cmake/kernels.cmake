# The loops of kernels/ are optimised fully (except in debug builds) and compiled for two
# instruction sets; the program chooses at run time.

set(kernels_fast "$<$<NOT:$<CONFIG:Debug>>:-O3>")
if(RAILGAUGE_SANITIZE)
  # Checks at every one of the unrolled accesses take the compiler minutes at -O3. The loops keep
  # AddressSanitizer; their integers are unsigned, so that overflow is no undefined behaviour.
  set(kernels_fast -O1)
  set(loops_unchecked -fno-sanitize=undefined)
endif()
set_source_files_properties(kernels/pattern.cpp kernels/pattern_table.cpp
                            PROPERTIES COMPILE_OPTIONS "${kernels_fast}")
set_source_files_properties(kernels/reduce_baseline.cpp
                            PROPERTIES COMPILE_OPTIONS "${kernels_fast};${loops_unchecked}")
if(CMAKE_SYSTEM_PROCESSOR MATCHES "x86_64|AMD64|amd64")
  set_source_files_properties(kernels/reduce_avx2.cpp
                              PROPERTIES COMPILE_OPTIONS
                              "-mavx2;-mf16c;${kernels_fast};${loops_unchecked}")
endif()
