#include "harness/cli/listing.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "harness/base/error.hpp"
#include "harness/cli/diagnosis.hpp"
#include "kernels/types.hpp"

namespace railgauge {
namespace {

using nlohmann::json;
using testing::HasSubstr;

class fake_backend : public backend {
public:
    explicit fake_backend(availability state, bool throws = false)
        : state_(std::move(state)), throws_(throws) {}

    [[nodiscard]] std::string_view name() const noexcept override { return "fake"; }
    [[nodiscard]] std::string_view description() const noexcept override { return "for tests"; }
    [[nodiscard]] std::string version() const override { return "1.0 \xff"; }
    [[nodiscard]] availability available() const override {
        if (throws_) throw capability_error("no library");
        return state_;
    }
    [[nodiscard]] std::vector<std::string> known_algorithms(operation_kind kind) const override {
        if (kind == operation_kind::barrier) return {};
        return {"ring", "direct"};
    }
    [[nodiscard]] std::vector<feature> features() const override {
        return {{"windows", false, "came with 2.27"}, {"graphs", true, ""}};
    }
    [[nodiscard]] std::unique_ptr<communicator> make_communicator(world& /*group*/) override {
        return nullptr;
    }

private:
    availability state_;
    bool throws_;
};

std::vector<std::unique_ptr<backend>> one(availability state, bool throws = false) {
    std::vector<std::unique_ptr<backend>> backends;
    backends.push_back(std::make_unique<fake_backend>(std::move(state), throws));
    return backends;
}

TEST(listing, json_is_valid_and_whole) {
    const json object = json::parse(listing_json(make_listing(one({}), {"no-such-suite"})));
    EXPECT_EQ(object["operations"].size(), all_operation_kinds.size());
    EXPECT_EQ(object["backends"][0]["version"], "1.0 \ufffd");
    EXPECT_EQ(object["backends"][0]["algorithms"]["all_reduce"], json({"ring", "direct"}));
    EXPECT_EQ(object["backends"][0]["algorithms"]["barrier"], json::array());
    EXPECT_TRUE(object["backends"][0]["reason"].is_null());
    EXPECT_EQ(object["backends"][0]["features"][0]["reason"], "came with 2.27");
    EXPECT_EQ(object["backends"][0]["features"][1]["available"], true);
    EXPECT_TRUE(object["suites"][0]["fault"].is_string());
    EXPECT_EQ(object["types"].size(), all_dtypes.size());
    EXPECT_EQ(object["reductions"].size(), all_redops.size());
}

TEST(listing, text_names_what_there_is) {
    const std::string text = listing_text(make_listing(one({}), {}), false);
    EXPECT_THAT(text, HasSubstr("  all_reduce       fake  ring direct\n"));
    EXPECT_THAT(text, HasSubstr("  barrier          fake  -\n"));
    EXPECT_THAT(text, HasSubstr("        windows               no: came with 2.27\n"));
    EXPECT_THAT(text, HasSubstr("        graphs                yes\n"));
    EXPECT_EQ(text.find('\033'), std::string::npos);
    EXPECT_THAT(listing_text(make_listing(one({false, "no launcher"}), {}), true),
                HasSubstr("\033[33mnot available\033[0m  no launcher"));
}

TEST(listing, a_backend_that_throws_is_not_available) {
    const auto listed = list_backends(one({}, true));
    ASSERT_EQ(listed.size(), 1u);
    EXPECT_FALSE(listed[0].state.available);
    EXPECT_EQ(listed[0].state.reason, "no library");
}

TEST(diagnosis, says_whether_anything_can_be_measured) {
    const diagnosis fine{list_backends(one({})), {{"load", check_status::ok, "quiet", ""}}};
    EXPECT_TRUE(fine.can_measure());
    EXPECT_THAT(diagnosis_text(fine, false), HasSubstr("Collectives can be measured here.\n"));
    const diagnosis bad{list_backends(one({false, "no memory"})),
                        {{"swap", check_status::warning, "\xff busy", "buy memory"}}};
    EXPECT_FALSE(bad.can_measure());
    EXPECT_FALSE((diagnosis{}).can_measure());
    EXPECT_THAT(diagnosis_text(bad, false),
                HasSubstr("Nothing can be measured here; 1 finding to look at.\n"));
    EXPECT_THAT(diagnosis_text(bad, false), HasSubstr("-> buy memory\n"));
    const json object = json::parse(diagnosis_json(bad));
    EXPECT_EQ(object["can_measure"], false);
    EXPECT_EQ(object["checks"][0]["status"], "warning");
    EXPECT_EQ(object["checks"][0]["advice"], "buy memory");
    EXPECT_EQ(object["backends"][0]["reason"], "no memory");
}

}  // namespace
}  // namespace railgauge
