#include "harness/record/import_nccl_names.hpp"

#include <fmt/format.h>

#include <array>
#include <utility>

#include "harness/record/import_text.hpp"

namespace railgauge {
namespace {

using names = std::pair<std::string_view, std::string_view>;

constexpr std::array<names, 10> programs{{{"all_reduce_perf", "all_reduce"},
                                          {"all_gather_perf", "all_gather"},
                                          {"reduce_scatter_perf", "reduce_scatter"},
                                          {"broadcast_perf", "broadcast"},
                                          {"reduce_perf", "reduce"},
                                          {"gather_perf", "gather"},
                                          {"scatter_perf", "scatter"},
                                          {"alltoall_perf", "all_to_all"},
                                          {"alltoallv_perf", "all_to_all_v"},
                                          {"sendrecv_perf", "send_recv"}}};

constexpr std::array<names, 6> types{{{"float", "float32"},
                                      {"double", "float64"},
                                      {"half", "float16"},
                                      {"f8e4m3", "fp8_e4m3"},
                                      {"f8e5m2", "fp8_e5m2"},
                                      {"char", "int8"}}};

}  // namespace

std::string_view nccl_operation_in(std::string_view text) {
    if (text.find("_perf") == std::string_view::npos) return {};
    for (const auto& [program, op] : programs) {
        if (find_word(text, program) != std::string_view::npos) return op;
    }
    return {};
}

std::string nccl_dtype(std::string_view name) {
    for (const auto& [theirs, ours] : types) {
        if (theirs == name) return std::string(ours);
    }
    return std::string(name);
}

std::string nccl_version(std::uint64_t code) {
    if (code < 10000 || code > 999999) return {};
    return fmt::format("{}.{}.{}", code / 10000, code / 100 % 100, code % 100);
}

}  // namespace railgauge
