// What tests of sessions and operations against the fake NCCL have in common.
#pragma once

#include <gmock/gmock.h>

#include <chrono>
#include <string>

#include "harness/backends/nccl/nccl_session.hpp"
#include "tests/unit/backends/nccl_fake.hpp"

namespace railgauge::nccl::testing {

inline constexpr std::chrono::nanoseconds moment = std::chrono::milliseconds(30);
inline constexpr nccl_limits patient{.grace = std::chrono::nanoseconds(0)};

class nccl_sessions : public ::testing::Test {
protected:
    nccl_sessions() { the_fake() = {}; }

    /// What a run of `body` throws as deadline_error or nccl_error.
    template <typename Body>
    static std::string words_of(Body&& body, exit_status status) {
        try {
            body();
        } catch (const error& failure) {
            EXPECT_EQ(failure.status(), status);
            return failure.what();
        }
        ADD_FAILURE() << "nothing was thrown";
        return {};
    }

    nccl_plan plan_of(operation_kind kind) const {
        return make_plan({.kind = kind, .count = 4, .algorithm = {}}, 0, 2, {});
    }

    nccl_calls calls = fake_calls();
    lone_world group{0, 2};
};

}  // namespace railgauge::nccl::testing
