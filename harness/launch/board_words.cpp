#include "harness/launch/board_words.hpp"

#include <limits.h>
#include <unistd.h>

namespace railgauge {

void board_place::set(int which, int of, std::string_view name_of_host) noexcept {
    host.store(which, std::memory_order_relaxed);
    std::uint32_t none = 0;
    if (!name_of_host.empty() && named.compare_exchange_strong(none, 1)) {
        copy_to_board(text, name_of_host);
        named.store(2, std::memory_order_release);
    }
    hosts.store(of, std::memory_order_release);
}

std::string board_place::name() const {
    if (named.load(std::memory_order_acquire) == 2) {
        return text.data();
    }
    std::array<char, HOST_NAME_MAX + 1> name{};
    ::gethostname(name.data(), name.size() - 1);
    return name.data();
}

void board_verdict::set(const verdict& found) noexcept {
    status.store(static_cast<std::int32_t>(found.status), std::memory_order_relaxed);
    rank = found.rank;
    point = found.point;
    where = found.where;
    failed_by_itself = found.failed_by_itself ? 1 : 0;
    tell_here = found.tell_here ? 1 : 0;
    copy_to_board(text, found.text);
}

verdict board_verdict::get() const {
    verdict found;
    found.status = static_cast<exit_status>(status.load(std::memory_order_relaxed));
    found.rank = rank;
    found.point = point;
    found.where = where;
    found.failed_by_itself = failed_by_itself != 0;
    found.tell_here = tell_here != 0;
    found.text = text.data();
    return found;
}

void board_suspicions::add(const verdict& suspected) noexcept {
    const std::uint32_t mine = count.fetch_add(1);
    if (mine < room) {
        each[mine].set(suspected);
        ready[mine].store(1, std::memory_order_release);
    }
}

std::vector<verdict> board_suspicions::all() const {
    std::vector<verdict> found;
    for (std::uint32_t i = 0; i < std::min(count.load(), room); ++i) {
        if (ready[i].load(std::memory_order_acquire) != 0) {
            found.push_back(each[i].get());
        }
    }
    return found;
}

void board_notes::add(std::string_view note) noexcept {
    // Saturates far below a wrap, since a stranger may knock for as long as the job runs.
    if (count.load() > 1'000'000'000) {
        return;
    }
    const std::uint32_t mine = count.fetch_add(1);
    if (mine < room) {
        copy_to_board(text[mine], note);
        ready[mine].store(1, std::memory_order_release);
    }
}

std::vector<std::string> board_notes::from(std::size_t first) const {
    std::vector<std::string> found;
    const std::uint32_t there = count.load();
    for (std::size_t i = first; i < std::min(there, room); ++i) {
        // In order, so that whoever counts what he has read misses none.
        if (ready[i].load(std::memory_order_acquire) == 0) {
            return found;
        }
        found.emplace_back(text[i].data());
    }
    if (there > room && first <= room) {
        found.push_back("and " + std::to_string(there - room) + " more notes");
    }
    return found;
}

}  // namespace railgauge
