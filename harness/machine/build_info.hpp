// What this binary was built from and how.
#pragma once

#include <string_view>

namespace railgauge {

struct build_info {
    std::string_view version;     ///< "0.1.0"
    std::string_view revision;    ///< git's short hash, "-dirty" behind it where files differed;
                                  ///< "unknown" outside a checkout
    std::string_view compiler;    ///< "GNU 12.2.0"
    std::string_view flags;       ///< as the compiler was given them
    std::string_view build_type;  ///< "Release"
};

[[nodiscard]] const build_info& this_build() noexcept;

}  // namespace railgauge
