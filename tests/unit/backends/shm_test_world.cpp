#include "tests/unit/backends/shm_test_world.hpp"

#include <sched.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <stdexcept>
#include <vector>

namespace railgauge::testing {

namespace {

constexpr std::size_t area_bytes = 1024 * 1024;

struct meeting_place {
    std::atomic<int> arrived{0};
    std::atomic<int> generation{0};
    std::byte area[area_bytes];
};

class forked_world final : public world {
public:
    forked_world(meeting_place& place, int rank, int ranks)
        : place_(place), rank_(rank), ranks_(ranks) {}

    int rank() const noexcept override { return rank_; }
    int size() const noexcept override { return ranks_; }
    int local_rank() const noexcept override { return rank_; }
    int local_size() const noexcept override { return ranks_; }
    const std::string& host_name() const noexcept override { return host_; }
    std::string_view meeting() const noexcept override { return "forked"; }

    void barrier() override {
        const int now = place_.generation.load();
        if (place_.arrived.fetch_add(1) + 1 == ranks_) {
            place_.arrived.store(0);
            place_.generation.store(now + 1);
        }
        while (place_.generation.load() == now) {
            ::sched_yield();
        }
    }
    void broadcast(std::span<std::byte> data, int root) override {
        if (rank_ == root) {
            std::memcpy(place_.area, data.data(), data.size());
        }
        barrier();
        std::memcpy(data.data(), place_.area, data.size());
        barrier();
    }
    void gather(std::span<const std::byte> mine, std::span<std::byte> all, int root) override {
        std::memcpy(place_.area + static_cast<std::size_t>(rank_) * mine.size(), mine.data(),
                    mine.size());
        barrier();
        if (rank_ == root) {
            std::memcpy(all.data(), place_.area, all.size());
        }
        barrier();
    }
    void reduce_max(std::span<double> values, std::span<std::int32_t> owners) override {
        const auto count = values.size();
        std::vector<double> all(rank_ == 0 ? count * static_cast<std::size_t>(ranks_) : 0);
        gather(std::as_bytes(values), std::as_writable_bytes(std::span(all)), 0);
        for (std::size_t i = 0; i < all.size(); ++i) {
            if (i < count || all[i] > values[i % count]) {
                values[i % count] = all[i];
                owners[i % count] = static_cast<std::int32_t>(i / count);
            }
        }
    }
    std::unique_ptr<world> split(int, int) override {
        throw std::logic_error("not part of this world");
    }
    void enter(phase, std::int64_t) noexcept override {}
    void set_deadline(std::chrono::nanoseconds) noexcept override {}
    void heartbeat() noexcept override {}
    bool interrupted() const noexcept override { return false; }

private:
    meeting_place& place_;
    int rank_;
    int ranks_;
    std::string host_ = "here";
};

bool run_one(meeting_place& place, int rank, int ranks, const std::function<bool(world&)>& body) {
    try {
        forked_world group(place, rank, ranks);
        return body(group);
    } catch (const std::exception& failure) {
        std::fprintf(stderr, "rank %d: %s\n", rank, failure.what());
        return false;
    }
}

}  // namespace

int run_ranks(int ranks, const std::function<bool(world&)>& body) {
    void* shared = ::mmap(nullptr, sizeof(meeting_place), PROT_READ | PROT_WRITE,
                          MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    auto* place = new (shared) meeting_place;
    std::vector<pid_t> children;
    for (int rank = 0; rank < ranks; ++rank) {
        const pid_t child = ::fork();
        if (child == 0) {
            ::alarm(240);
            const bool fine = run_one(*place, rank, ranks, body);
            std::_Exit(fine ? 0 : 1);
        }
        children.push_back(child);
    }
    int failed = 0;
    for (std::size_t left = children.size(); left > 0; --left) {
        int status = 0;
        const pid_t ended = ::wait(&status);
        const bool fine = WIFEXITED(status) && WEXITSTATUS(status) == 0;
        if (!fine && failed++ == 0) {
            // The others would wait for it for ever.
            for (const pid_t child : children) {
                if (child != ended) {
                    ::kill(child, SIGKILL);
                }
            }
        }
    }
    ::munmap(shared, sizeof(meeting_place));
    return failed;
}

}  // namespace railgauge::testing
