#include "kernels/reduce_loops.hpp"

namespace railgauge {

const reduce_functions& baseline_reduce_functions() noexcept {
    static constexpr reduce_functions functions = make_functions();
    return functions;
}

}  // namespace railgauge
