#include "harness/report/counted.hpp"

#include <fmt/format.h>

namespace railgauge {

std::string counted(std::uint64_t count, std::string_view thing) {
    std::string_view ending = "s";
    if (thing.ends_with("ch")) ending = "es";
    if (count == 1 || thing.ends_with("s")) ending = "";
    return fmt::format("{} {}{}", count, thing, ending);
}

}  // namespace railgauge
