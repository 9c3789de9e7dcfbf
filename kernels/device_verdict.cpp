#include "kernels/device_verdict.hpp"

#include "kernels/pattern_value.hpp"
#include "kernels/readable_element.hpp"

namespace railgauge {

std::optional<mismatch> mismatch_of(const device_verdict& verdict, const data_pattern& pattern,
                                    std::optional<std::int32_t> rank, std::uint64_t first) {
    if (verdict.wrong == 0) return std::nullopt;
    const pattern_deal deal = make_deal(pattern);
    const std::uint64_t element = ~std::uint64_t{verdict.inverted_first};
    const std::uint32_t position = position_of(deal, first + element);
    const std::uint64_t bits =
        rank ? value(deal, static_cast<std::uint32_t>(*rank), position) : expected(deal, position);
    const std::uint64_t mask = ~0ull >> (64 - 8 * deal.size);
    return mismatch{element, verdict.wrong, readable_element(deal.type, bits & mask),
                    readable_element(deal.type, verdict.got & mask)};
}

}  // namespace railgauge
