#include "harness/compare/round_value.hpp"

namespace railgauge {

std::string_view name_of(round_value value) noexcept {
    return value == round_value::median ? "median" : "fastest";
}

std::optional<round_value> round_value_from(std::string_view name) noexcept {
    for (const round_value value : {round_value::median, round_value::fastest}) {
        if (name == name_of(value)) return value;
    }
    return std::nullopt;
}

}  // namespace railgauge
