// When memory goes that other processes may have open.
#ifdef RAILGAUGE_HAS_CUDA
#include "harness/backends/cuda/lent_memory.hpp"

#include <gmock/gmock.h>

#include <memory>
#include <string>
#include <vector>

#include "harness/base/error.hpp"

namespace railgauge::cuda {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

using log_lines = std::vector<std::string>;

/// Says when it is freed.
class logged_memory final : public memory {
public:
    logged_memory(log_lines& log, std::string name) : log_(log), name_(std::move(name)) {}
    ~logged_memory() override { log_.push_back("free " + name_); }
    [[nodiscard]] std::byte* data() noexcept override { return nullptr; }
    [[nodiscard]] std::size_t bytes() const noexcept override { return 0; }

private:
    log_lines& log_;
    std::string name_;
};

struct lent_memories : ::testing::Test {
    [[nodiscard]] std::unique_ptr<memory> lend(const char* name) {
        return std::make_unique<lent_memory>(bin, std::make_unique<logged_memory>(log, name));
    }

    log_lines log;
    bool meeting_fails = false;
    std::shared_ptr<lent_bin> bin = std::make_shared<lent_bin>([this] {
        log.emplace_back("meet");
        if (meeting_fails) throw deadline_error("rank 1 is gone");
    });
};

TEST_F(lent_memories, go_when_all_ranks_have_come_to_a_later_call) {
    auto first = lend("first");
    auto second = lend("second");
    first.reset();
    EXPECT_THAT(log, IsEmpty());
    bin->empty();
    EXPECT_THAT(log, ElementsAre("meet", "free first"));
    second.reset();
    bin->all_have_come();
    EXPECT_THAT(log, ElementsAre("meet", "free first", "free second"));
    EXPECT_EQ(bin->waiting(), 0u);
}

TEST_F(lent_memories, go_at_the_end_when_all_ranks_have_come_there) {
    lend("one").reset();
    bin->close();
    EXPECT_THAT(log, ElementsAre("meet", "free one"));
    bin->close();  // nothing waits: the ranks meet all the same, since each knows only of its own
    EXPECT_THAT(log, ElementsAre("meet", "free one", "meet"));
}

/// What was never freed, so that the test leaks nothing.
struct kept_memory final : memory {
    [[nodiscard]] std::byte* data() noexcept override { return nullptr; }
    [[nodiscard]] std::size_t bytes() const noexcept override { return 0; }
    static void* operator new(std::size_t) { return place; }
    static void operator delete(void*) { freed = true; }
    alignas(16) static inline std::byte place[64];
    static inline bool freed = false;
};

TEST_F(lent_memories, stay_where_the_ranks_do_not_come_together) {
    kept_memory::freed = false;
    meeting_fails = true;
    std::make_unique<lent_memory>(bin, std::make_unique<kept_memory>()).reset();
    bin->close();
    EXPECT_THAT(log, ElementsAre("meet"));
    bin.reset();
    EXPECT_FALSE(kept_memory::freed);
}

TEST_F(lent_memories, stay_and_wait_for_nobody_where_this_rank_fails) {
    kept_memory::freed = false;
    struct communicator_of_the_bin {
        std::shared_ptr<lent_bin> bin;
        ~communicator_of_the_bin() { bin->close(); }
    };
    try {
        const communicator_of_the_bin ends{bin};
        std::make_unique<lent_memory>(bin, std::make_unique<kept_memory>()).reset();
        throw system_error("something else", 5, "");
    } catch (const system_error&) {
    }
    EXPECT_THAT(log, IsEmpty());
    bin.reset();
    EXPECT_FALSE(kept_memory::freed);
}

}  // namespace
}  // namespace railgauge::cuda

#endif
