#include "harness/backends/ucx/mail_writer.hpp"

#include "harness/base/error.hpp"

namespace railgauge::ucx {

mail_writer::mail_writer(const build_request& request, program_writer& writer)
    : request_(request),
      writer_(writer),
      element_(size_of(request.spec->type)),
      with_(static_cast<std::size_t>(request.ranks)) {
    for (const transfer& t : request.transfers) {
        if (t.way != message::direction::local && t.count > 0) {
            traffic& there = with_[static_cast<std::size_t>(t.peer)];
            (t.way == message::direction::send ? there.goes : there.comes) = true;
        }
    }
}

void mail_writer::require_slot(std::uint32_t number, std::uint64_t bytes) const {
    const mailbox_layout& layout = request_.mail->layout;
    if (number >= layout.messages || bytes > layout.longest_bytes) {
        throw capability_error(
            "ucx: messages that are cut do not fit into mailboxes made for whole "
            "ones; choose a smaller size");
    }
}

std::uint32_t mail_writer::post(int peer, std::uint32_t number, const std::byte* source,
                                std::uint64_t bytes) {
    const mailbox_layout& layout = request_.mail->layout;
    const mailbox_set::mailbox& to = mailbox_of(peer);
    require_slot(number, bytes);
    std::byte* const slot = to.address + layout.slot(request_.rank, number);
    const ucp_ep_h endpoint = request_.endpoint(peer);
    const std::uint32_t put =
        writer_.put(endpoint, source, bytes, slot + layout.data_offset(), to.key);
    if (!converses_with(static_cast<std::size_t>(peer))) {
        const std::byte* const receipt = mailbox_of(request_.rank).address + layout.receipt(peer);
        writer_.after(put, writer_.await(receipt, 1, nullptr, 0));
    }
    writer_.after(writer_.signal(endpoint, slot, to.key, nullptr, 0), put);
    return put;
}

std::uint32_t mail_writer::collect(int peer, std::uint32_t number, action what, std::byte* target,
                                   std::uint64_t elements) {
    const mailbox_layout& layout = request_.mail->layout;
    std::byte* const slot = mailbox_of(request_.rank).address + layout.slot(peer, number);
    std::byte* const data = slot + layout.data_offset();
    const std::uint64_t bytes = elements * element_;
    require_slot(number, bytes);
    const std::uint32_t index = writer_.await(slot, 0, data, bytes);
    if (what == action::reduce) {
        writer_.reduce(target, data, elements);
    } else {
        writer_.copy(target, data, bytes);
    }
    return index;
}

void mail_writer::acknowledge() {
    const mailbox_layout& layout = request_.mail->layout;
    for (int peer = 0; peer < request_.ranks; ++peer) {
        const auto at = static_cast<std::size_t>(peer);
        if (!with_[at].comes || with_[at].goes) {
            continue;
        }
        const mailbox_set::mailbox& to = mailbox_of(peer);
        writer_.signal(request_.endpoint(peer), to.address + layout.receipt(request_.rank), to.key,
                       mailbox_of(request_.rank).address + layout.slot(peer, 0),
                       layout.messages * layout.pitch());
    }
}

}  // namespace railgauge::ucx
