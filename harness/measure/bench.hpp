// A bench is one family of measurements: it turns a case of a suite into operations. It knows no
// backend by name. The families stand under benches/, one file each.
#pragma once

#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

#include "harness/backends/operation_spec.hpp"

namespace railgauge {

/// An operation to measure, and how its time becomes the figures of the table.
struct measured_operation {
    operation_spec spec;
    std::uint64_t bytes = 0;    ///< the size as nccl-tests counts it, after rounding
    double time_factor = 1.0;   ///< reported time = time of one execution x this
    double bus_factor = 1.0;    ///< busbw = algbw x this
    bool has_bandwidth = true;  ///< false where no data moves (barrier)
};

class bench {
public:
    virtual ~bench() = default;
    bench() = default;
    bench(const bench&) = delete;
    bench& operator=(const bench&) = delete;

    [[nodiscard]] virtual std::string_view name() const noexcept = 0;
    [[nodiscard]] virtual std::string_view description() const noexcept = 0;
    [[nodiscard]] virtual bool measures(operation_kind kind) const noexcept = 0;

    /// True of a bench that takes its operations pair by pair, in groups of two.
    [[nodiscard]] virtual bool for_pairs() const noexcept { return false; }
    /// How many ways round a pair is measured, one after the other: 2 where data go one way.
    [[nodiscard]] virtual int directions(operation_kind /*kind*/) const noexcept { return 1; }

    /// `asked.count` is ignored: it follows from `bytes`. Requires measures(asked.kind).
    [[nodiscard]] virtual measured_operation make(operation_spec asked, std::uint64_t bytes,
                                                  int ranks) const = 0;
};

using bench_list = std::vector<std::unique_ptr<bench>>;

/// The bench of `benches` that measures `kind`; in pairs (`pairs`) the one for pairs, where that
/// measures it. nullptr where there is none.
[[nodiscard]] const bench* find_bench(const bench_list& benches, operation_kind kind,
                                      bool pairs = false) noexcept;

}  // namespace railgauge
