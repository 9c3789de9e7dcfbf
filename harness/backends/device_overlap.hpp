// An operation beside a compute load: how much each slows the other.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "harness/backends/backend.hpp"
#include "harness/backends/device_load.hpp"

namespace railgauge {

/// Its samples are those of `inner` while the load runs, so that the operation's slowdown is their
/// ratio to samples without the load. The load begins before each sample is let go and ends after
/// it; what of its speed it lost meanwhile is load_lost_share.
class overlapped_operation final : public operation, public held_run {
public:
    /// `inner` is timed by a device; else throws capability_error. Measures the load alone.
    overlapped_operation(std::unique_ptr<operation> inner, std::unique_ptr<device_load> load);

    /// Without the load: for verification and warm caches.
    void execute() override { inner_->execute(); }
    [[nodiscard]] held_run* held() noexcept override { return this; }
    [[nodiscard]] std::string_view algorithm() const noexcept override {
        return inner_->algorithm();
    }
    [[nodiscard]] std::uint64_t chunk_bytes() const noexcept override {
        return inner_->chunk_bytes();
    }
    [[nodiscard]] std::string_view protocol() const noexcept override { return inner_->protocol(); }
    [[nodiscard]] int channels() const noexcept override { return inner_->channels(); }
    [[nodiscard]] std::optional<double> library_estimate_us() const noexcept override {
        return inner_->library_estimate_us();
    }

    /// The first time, one execution without the load tells how long the load has to run.
    void arm(std::uint32_t operations) override;
    void release() noexcept override { inner_->held()->release(); }
    [[nodiscard]] double finish_ns() override;
    [[nodiscard]] std::optional<bool> load_covered() const noexcept override { return covered_; }

    /// With R the rounds that the load did in a sample, b the nanoseconds that its blocks were
    /// busy, r the rounds of one such nanosecond when it runs alone, and t the share of b in which
    /// the operation ran: the lost share is (1 - R / (r b)) / t. The median over the samples that
    /// the load covered whole, of this rank; none before the first.
    [[nodiscard]] std::optional<double> load_lost_share() const override;

private:
    void wait_for_load();

    std::unique_ptr<operation> inner_;
    std::unique_ptr<device_load> load_;
    double rounds_of_ns_ = 0;  ///< alone
    double alone_ns_ = 0;      ///< one execution without the load
    double margin_ns_;         ///< from the load's start to the release, generously
    std::uint64_t limit_ns_ = 0;
    std::vector<double> lost_;
    bool covered_ = true;  ///< the last sample
};

/// `made` as it is, or beside a load on `processors` multiprocessors where these are not 0: of the
/// current device, or of each of `devices`.
[[nodiscard]] std::unique_ptr<operation> beside_load(std::unique_ptr<operation> made,
                                                     int processors,
                                                     std::span<const int> devices = {});

}  // namespace railgauge
