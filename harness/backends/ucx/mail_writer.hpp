// Messages of a program as mailboxes have them: data, signals and receipts.
#pragma once

#include <cstdint>
#include <vector>

#include "harness/backends/ucx/build_program.hpp"
#include "harness/backends/ucx/program_writer.hpp"

namespace railgauge::ucx {

/// Writes to `writer`; both outlive it. `request.mail` may be null: then nothing is called.
class mail_writer {
public:
    mail_writer(const build_request& request, program_writer& writer);

    /// Message `number` to `peer`. Returns the step that puts its data; the signal follows that.
    std::uint32_t post(int peer, std::uint32_t number, const std::byte* source,
                       std::uint64_t bytes);

    /// Message `number` from `peer`: waits for it, then copies it to `target` or reduces it onto
    /// that. Returns the step that waits.
    std::uint32_t collect(int peer, std::uint32_t number, action what, std::byte* target,
                          std::uint64_t elements);

    /// At the end: tells those from whom messages only come that they have all been read.
    void acknowledge();

private:
    struct traffic {
        bool goes = false;
        bool comes = false;
    };

    /// There are two sets of mailboxes, used in turn. Who has got a peer's message of the execution
    /// before knows that the peer is through with the one before that, so nothing more need be said
    /// before its slots are used again.
    [[nodiscard]] bool converses_with(std::size_t peer) const {
        return with_[peer].goes && with_[peer].comes;
    }
    /// Throws capability_error where the layout has no such slot.
    void require_slot(std::uint32_t number, std::uint64_t bytes) const;
    [[nodiscard]] const mailbox_set::mailbox& mailbox_of(int rank) const {
        return request_.mail->of[static_cast<std::size_t>(rank)];
    }

    const build_request& request_;
    program_writer& writer_;
    std::size_t element_;
    std::vector<traffic> with_;  ///< by rank
};

}  // namespace railgauge::ucx
