#include "kernels/types.hpp"

namespace railgauge {
namespace {

constexpr std::array<std::string_view, all_dtypes.size()> dtype_names{
    "int8",   "uint8",    "int16",    "uint16",  "int32",    "uint32",  "int64",
    "uint64", "fp8_e4m3", "fp8_e5m2", "float16", "bfloat16", "float32", "float64",
};

constexpr std::array<std::string_view, all_redops.size()> redop_names{"sum", "prod", "min",
                                                                      "max", "avg",  "mulsum"};

}  // namespace

std::string_view name_of(dtype type) noexcept {
    return dtype_names[static_cast<std::size_t>(type)];
}

std::string_view name_of(redop op) noexcept {
    return redop_names[static_cast<std::size_t>(op)];
}

std::optional<dtype> dtype_from(std::string_view name) noexcept {
    for (const dtype type : all_dtypes) {
        if (name_of(type) == name) return type;
    }
    if (name == "f8e4m3") return dtype::fp8_e4m3;
    if (name == "f8e5m2") return dtype::fp8_e5m2;
    if (name == "half") return dtype::float16;
    if (name == "float") return dtype::float32;
    if (name == "double") return dtype::float64;
    return std::nullopt;
}

std::optional<redop> redop_from(std::string_view name) noexcept {
    for (const redop op : all_redops) {
        if (name_of(op) == name) return op;
    }
    return std::nullopt;
}

}  // namespace railgauge
