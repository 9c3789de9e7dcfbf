// nccl-tests' names of operations and types, and ours.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace railgauge {

/// Our name of the operation whose program of nccl-tests ("all_reduce_perf") stands in the text as
/// a word of its own; "" if none does.
[[nodiscard]] std::string_view nccl_operation_in(std::string_view text);

/// "float" -> "float32"; what is not known stays as it is.
[[nodiscard]] std::string nccl_dtype(std::string_view name);

/// 22707 -> "2.27.7", as NCCL codes its version from 2.9 on; "" for what is none.
[[nodiscard]] std::string nccl_version(std::uint64_t code);

}  // namespace railgauge
