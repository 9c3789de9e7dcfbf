// Memory into which the ranks of a host put their messages: UCX allocates it where they can reach
// it by plain stores. A short message so takes one copy in and one out, of memory that both cores
// know from the last time, and no matching: half of what it takes as a tagged message.
#pragma once

#include <array>
#include <memory>
#include <span>

#include "harness/backends/operation_spec.hpp"
#include "harness/backends/ucx/mailbox_layout.hpp"
#include "harness/backends/ucx/session.hpp"
#include "harness/schedule/compile.hpp"

namespace railgauge::ucx {

/// Collectives with data: operations between two ranks measure messages as such, and a barrier's
/// have no data to be copied.
[[nodiscard]] bool is_mailable(operation_kind kind);

/// Whether ranks of this group may gain by mailboxes: few, on one host, none of which comes to
/// sleep, and they reach each other's memory. The same on all ranks. Collective; connects them.
[[nodiscard]] bool mail_is_worthwhile(world& group, const std::shared_ptr<session>& where);

/// What these transfers of an operation take, agreed on by all ranks; they are not to be cut.
/// Collective. `element_bytes` of the transfers' elements.
[[nodiscard]] mailbox_layout layout_for(world& group, std::span<const transfer> transfers,
                                        std::uint64_t element_bytes);

/// One operation's mailboxes: two sets, for executions by turns. A rank may destroy its own while
/// peers still put their last receipts: it is a shared segment, which their mappings keep.
class mailboxes {
public:
    /// Collective. Null on all ranks where one of them cannot allocate or reach such memory.
    [[nodiscard]] static std::unique_ptr<mailboxes> make(world& group,
                                                         const std::shared_ptr<session>& where,
                                                         const mailbox_layout& layout);
    ~mailboxes();
    mailboxes(const mailboxes&) = delete;
    mailboxes& operator=(const mailboxes&) = delete;

    [[nodiscard]] const std::array<mailbox_set, 2>& sets() const noexcept { return sets_; }

private:
    mailboxes(std::shared_ptr<session> where, const mailbox_layout& layout);
    [[nodiscard]] bool allocate(std::uint64_t bytes);
    [[nodiscard]] bool reach(world& group);

    std::shared_ptr<session> where_;
    ucp_mem_h memory_ = nullptr;
    std::byte* address_ = nullptr;
    std::array<mailbox_set, 2> sets_;
};

}  // namespace railgauge::ucx
