#include "kernels/readable_element.hpp"

#include <fmt/format.h>

#include "kernels/element_bits.hpp"

namespace railgauge {

std::string readable_element(dtype type, std::uint64_t bits) {
    switch (type) {
        case dtype::int8:
            return fmt::format("{}", static_cast<int>(static_cast<std::int8_t>(bits)));
        case dtype::int16: return fmt::format("{}", static_cast<std::int16_t>(bits));
        case dtype::int32: return fmt::format("{}", static_cast<std::int32_t>(bits));
        case dtype::int64: return fmt::format("{}", static_cast<std::int64_t>(bits));
        case dtype::fp8_e4m3:
        case dtype::fp8_e5m2:
            return fmt::format("{} (0x{:02x})", static_cast<float>(number_of(type, bits)), bits);
        case dtype::float16:
        case dtype::bfloat16:
            return fmt::format("{} (0x{:04x})", static_cast<float>(number_of(type, bits)), bits);
        case dtype::float32:
            return fmt::format("{} (0x{:08x})", static_cast<float>(number_of(type, bits)), bits);
        case dtype::float64: return fmt::format("{} (0x{:016x})", number_of(type, bits), bits);
        default: return fmt::format("{}", bits);
    }
}

}  // namespace railgauge
