// What nccl-tests prints before its table: settings, ranks, the library's version.
#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "harness/record/import_text.hpp"

namespace railgauge {

class nccl_job {
public:
    /// "# nThread 1 nGpus 8 minBytes 8 ... warmup iters: 5 iters: 20 agg iters: 1 ... graph: 0":
    /// what follows is another execution.
    void read_settings(const std::vector<text_word>& words);

    /// "#  Rank  0 Group  0 Pid   6899 on  node-1 device  0 [0000:04:00] NVIDIA H100 80GB HBM3".
    void read_rank(const std::vector<text_word>& words);

    /// "NCCL version 2.18.3+cuda12.2" (NCCL_DEBUG=VERSION), "nccl-library=22707"; any other line.
    void read_version(std::string_view line);

    /// Of the first rank's group: where the job is split (NCCL_TESTS_SPLIT), that is what is shown.
    /// 0: the text names none.
    [[nodiscard]] std::int32_t ranks() const noexcept { return ranks_; }
    [[nodiscard]] std::uint64_t iterations() const noexcept {
        return iterations_;
    }  ///< 0: not said
    [[nodiscard]] std::uint64_t warm_up() const noexcept { return warm_up_; }
    [[nodiscard]] bool graph() const noexcept { return graph_; }

    /// "converted", "hosts" and "libraries" of a header's provenance.
    [[nodiscard]] nlohmann::ordered_json provenance() const;

private:
    std::int32_t ranks_ = 0;
    std::uint64_t iterations_ = 0;
    std::uint64_t warm_up_ = 0;
    bool graph_ = false;
    std::optional<std::uint64_t> group_;  ///< the first rank's
    std::string nccl_version_;
    std::set<std::string> hosts_;
    nlohmann::ordered_json executions_ = nlohmann::ordered_json::array();
};

}  // namespace railgauge
