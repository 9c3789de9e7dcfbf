// Finds out which algorithm and which chunk size are fastest here, by trying them.
#pragma once

#include <compare>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "harness/backends/backend.hpp"

namespace railgauge::ucx {

/// How an operation is done.
struct choice {
    std::string algorithm;
    std::uint64_t chunk_bytes = 0;
    /// Pieces are sent without asking their receiver first (see program::eager).
    bool eager = false;
    /// Messages are put into mailboxes (mailboxes.hpp).
    bool puts = false;

    friend bool operator==(const choice&, const choice&) = default;
};

/// Makes the operation for a choice on the buffers at hand. Collective.
using make_operation = std::function<std::unique_ptr<operation>(const choice&)>;

/// Remembers what it found for the sizes between two powers of two.
class tuner {
public:
    /// `together` brings the ranks together before and after each trial, on the same transport;
    /// both outlive the tuner. `mail`: mailboxes are worth trying, the same on every rank.
    tuner(world& group, operation& together, bool mail)
        : group_(group), together_(together), mail_(mail) {}

    /// Collective; every rank gets the same answer, one of `algorithms` with chunk_bytes 0 or one
    /// of a few powers of two. Rank 0 decides, from the medians over a few executions of the
    /// maximum over ranks; where executions are slow, of up to nine of the best.
    [[nodiscard]] choice choose(const operation_spec& spec, std::span<const std::string> algorithms,
                                const make_operation& make);

private:
    struct series {
        operation_kind kind;
        dtype type;
        redop op;
        bool in_place;
        int root;
        int size_class;
        bool mail;  ///< mailboxes were tried: a limit that is no border between classes
        std::string algorithms;

        friend auto operator<=>(const series&, const series&) = default;
    };

    [[nodiscard]] choice try_out(const operation_spec& spec,
                                 std::span<const std::string> algorithms,
                                 const make_operation& make);
    /// One execution between two barriers, with the second one, in nanoseconds here.
    [[nodiscard]] double time_of(operation& what);
    void warm_up(operation& what);
    /// What one execution of each takes: of another one and the first one, of each the shorter, so
    /// that neither connecting nor a single disturbance counts.
    [[nodiscard]] double shorter_turn_ns(std::span<const std::unique_ptr<operation>> made,
                                         std::span<const double> first);
    /// The medians of the maxima over ranks, the same on every rank.
    [[nodiscard]] std::vector<double> times_of(std::span<const choice> candidates,
                                               const make_operation& make);
    /// One more execution of each of these, in turns; the maxima over ranks are added to `times`.
    void time_again(std::span<const std::unique_ptr<operation>> made,
                    std::span<const std::size_t> which, std::vector<std::vector<double>>& times);
    /// The same from their first executions and a few more of the better ones; the others' are
    /// infinite.
    [[nodiscard]] std::vector<double> few_times_of(std::span<const std::unique_ptr<operation>> made,
                                                   std::span<const double> first);
    /// The maxima over ranks, on every rank.
    void agree_on(std::span<double> times);

    world& group_;
    operation& together_;
    bool mail_;
    std::map<series, choice> known_;
};

}  // namespace railgauge::ucx
