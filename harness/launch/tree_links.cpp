#include "harness/launch/tree_links.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cstring>
#include <thread>
#include <utility>

#include "harness/base/error.hpp"
#include "harness/launch/hosts.hpp"

namespace railgauge {

namespace {

/// A large broadcast is passed on in such parts, so that the levels of the tree work at once.
constexpr std::size_t part_bytes = 65536;
/// A neighbour that ends its connection mostly does so because the job has ended: the verdict that
/// says why comes within this.
constexpr std::chrono::seconds verdict_grace{2};

}  // namespace

tree_links::tree_links(const hello& mine, int hosts, std::optional<proven_link> parent,
                       std::vector<proven_link> children, std::shared_ptr<board> where,
                       std::function<void()> look_up)
    : mine_(mine), hosts_(hosts), board_(std::move(where)), look_up_(std::move(look_up)) {
    if (parent) {
        parent_ = edge{std::move(parent->who), std::move(parent->stream)};
    }
    for (proven_link& each : children) {
        children_.push_back({std::move(each.who), std::move(each.stream)});
    }
}

template <typename Function>
void tree_links::on_edge(edge& which, const char* what, Function&& work) {
    std::string trouble;
    board_->header().place.waiting_for.store(which.who.host + 1, std::memory_order_relaxed);
    try {
        work();
        board_->header().place.waiting_for.store(0, std::memory_order_relaxed);
        return;
    } catch (const connection_error& failure) {
        trouble = failure.what();
    }
    const auto until = std::chrono::steady_clock::now() + verdict_grace;
    while (std::chrono::steady_clock::now() < until) {
        look_up_();
        std::this_thread::sleep_for(std::chrono::milliseconds(20));
    }
    throw deadline_error(fmt::format(
        "host {} {} host {} in a collective call over {}: {}; that host's first rank (rank {}, pid "
        "{}) has left or was ended, or the management network between the two is down",
        mine_.host_name, what, which.who.host_name, which.stream.ends(), trouble, which.who.rank,
        which.who.pid));
}

void tree_links::send(edge& to, frame_kind kind, std::span<const std::byte> data) {
    const header_message header = encode(frame_header{kind, sequence_, data.size()});
    on_edge(to, "cannot send to", [&] {
        if (data.size() <= part_bytes) {
            // One segment, not two.
            scratch_.assign(header.begin(), header.end());
            scratch_.insert(scratch_.end(), data.begin(), data.end());
            to.stream.write(scratch_, look_up_);
        } else {
            to.stream.write(header, look_up_);
            to.stream.write(data, look_up_);
        }
    });
}

std::uint64_t tree_links::receive_header(edge& from, frame_kind kind, std::uint64_t limit) {
    header_message message;
    on_edge(from, "waits for", [&] { from.stream.read(message, look_up_); });
    const std::optional<frame_header> header = decode(message, limit);
    if (!header || header->kind != kind || header->sequence != sequence_) {
        throw deadline_error(fmt::format(
            "the ranks are out of step: host {} makes collective call {} of kind {}, and host {} "
            "another one (over {}); all ranks must make the same calls in the same order",
            mine_.host_name, sequence_, static_cast<unsigned>(kind), from.who.host_name,
            from.stream.ends()));
    }
    return header->bytes;
}

void tree_links::receive_payload(edge& from, std::span<std::byte> data) {
    on_edge(from, "waits for", [&] { from.stream.read(data, look_up_); });
}

void tree_links::receive(edge& from, frame_kind kind, std::span<std::byte> data) {
    if (receive_header(from, kind, data.size()) != data.size()) {
        throw deadline_error(fmt::format(
            "the ranks are out of step: in one collective call host {} has another size than "
            "host {} ({} bytes); all ranks must pass equal sizes",
            from.who.host_name, mine_.host_name, data.size()));
    }
    receive_payload(from, data);
}

tree_links::edge* tree_links::towards(int host) noexcept {
    if (host == mine_.host) {
        return nullptr;
    }
    // Up from there: whoever is met just below this host leads to it.
    while (host > mine_.host) {
        const int above = parent_of_host(host);
        if (above == mine_.host) {
            return &children_[static_cast<std::size_t>(host - (tree_fan_out * above + 1))];
        }
        host = above;
    }
    return &*parent_;
}

void tree_links::barrier() {
    next_call();
    for (edge& child : children_) {
        receive(child, frame_kind::barrier, {});
    }
    if (parent_) {
        send(*parent_, frame_kind::barrier, {});
        receive(*parent_, frame_kind::barrier, {});
    }
    for (edge& child : children_) {
        send(child, frame_kind::barrier, {});
    }
}

void tree_links::broadcast(std::span<std::byte> data, int root) {
    next_call();
    edge* const source = towards(root);
    std::vector<edge*> others;
    const auto add = [&](edge& each) {
        if (&each != source) {
            others.push_back(&each);
        }
    };
    for (edge& child : children_) {
        add(child);
    }
    if (parent_) {
        add(*parent_);
    }
    std::size_t at = 0;
    // The sizes are equal everywhere, so every host divides the data alike.
    do {
        const std::span<std::byte> part = data.subspan(at, std::min(part_bytes, data.size() - at));
        if (source != nullptr) {
            receive(*source, frame_kind::broadcast, part);
        }
        for (edge* each : others) {
            send(*each, frame_kind::broadcast, part);
        }
        at += part.size();
    } while (at < data.size());
}

void tree_links::collect(std::vector<std::byte>& held, int root, std::uint64_t limit) {
    next_call();
    edge* const sink = towards(root);
    const auto take = [&](edge& from) {
        if (&from == sink) {
            return;
        }
        // What all ranks together may send bounds what is made room for, whatever a header says.
        const std::uint64_t bytes = receive_header(from, frame_kind::gather, limit - held.size());
        held.resize(held.size() + bytes);
        receive_payload(from, std::span(held).last(bytes));
    };
    for (edge& child : children_) {
        take(child);
    }
    if (parent_) {
        take(*parent_);
    }
    if (sink != nullptr) {
        send(*sink, frame_kind::gather, held);
    }
}

void tree_links::reduce_max(std::span<double> values, std::span<std::int32_t> owners) {
    next_call();
    const std::size_t value_bytes = values.size_bytes();
    std::vector<std::byte> message(value_bytes + owners.size_bytes());
    for (edge& child : children_) {
        receive(child, frame_kind::reduce_max, message);
        for (std::size_t i = 0; i < values.size(); ++i) {
            double value = 0;
            std::int32_t owner = 0;
            std::memcpy(&value, message.data() + i * sizeof value, sizeof value);
            std::memcpy(&owner, message.data() + value_bytes + i * sizeof owner, sizeof owner);
            if (value > values[i] || (value == values[i] && owner < owners[i])) {
                values[i] = value;
                owners[i] = owner;
            }
        }
    }
    if (parent_) {
        const auto owner_part = message.begin() + static_cast<std::ptrdiff_t>(value_bytes);
        std::ranges::copy(std::as_bytes(values), message.begin());
        std::ranges::copy(std::as_bytes(owners), owner_part);
        send(*parent_, frame_kind::reduce_max, message);
    }
}

}  // namespace railgauge
