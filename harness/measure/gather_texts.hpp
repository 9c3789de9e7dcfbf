// Texts of different lengths from all ranks to rank 0.
#pragma once

#include <string>
#include <vector>

#include "harness/launch/world.hpp"

namespace railgauge {

/// Collective: every rank's `mine`, by rank, at rank 0; elsewhere nothing. Goes in pieces, so that
/// one long text among many ranks does not make room for as many long ones.
[[nodiscard]] std::vector<std::string> gather_texts(world& group, const std::string& mine);

}  // namespace railgauge
