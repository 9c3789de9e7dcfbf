// Compiled with -mavx2 -mf16c (CMakeLists.txt); empty on other architectures.
#if defined(__x86_64__)
#include "kernels/reduce_loops.hpp"

#if !defined(__AVX2__) || !defined(__F16C__)
#error "reduce_avx2.cpp must be compiled with -mavx2 -mf16c"
#endif

namespace railgauge {

const reduce_functions& avx2_reduce_functions() noexcept {
    static constexpr reduce_functions functions = make_functions();
    return functions;
}

}  // namespace railgauge
#endif
