#include "harness/cli/help.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace railgauge {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::StartsWith;

constexpr std::string_view document =
    "# tool\n\nIntroduction.\n\n```\ntool run\n```\n\n"
    "## railgauge run\n\n```\nrailgauge run\n\n## railgauge list\n```\n\n### More\n\nOf run.\n\n"
    "## railgauge list\n\nOf list.";

TEST(help_text, everything_before_the_first_verb) {
    EXPECT_EQ(help_text(document, ""), "tool\n\nIntroduction.\n\n    tool run\n");
}

TEST(help_text, a_section_with_fences_and_subheadings) {
    EXPECT_EQ(help_text(document, "run"),
              "railgauge run\n\n    railgauge run\n\n    ## railgauge list\n\nMore\n\nOf run.\n");
    EXPECT_EQ(help_text(document, "list"), "railgauge list\n\nOf list.\n");
}

TEST(help_text, words_lose_what_marks_them_up) {
    EXPECT_EQ(help_text("**show** prints `a`, `*.jsonl`\n\n```\n`a`  8..64*4 **\n```\n", ""),
              "show prints a, *.jsonl\n\n    a  8..64*4 **\n");
}

TEST(help_text, no_such_section) {
    EXPECT_THAT(help_text(document, "ru"), IsEmpty());
    EXPECT_THAT(help_text("", ""), IsEmpty());
}

TEST(help_document, has_a_section_for_every_verb) {
    EXPECT_THAT(help_text(help_document(), ""), StartsWith("railgauge\n"));
    for (const char* verb : {"", "run", "list", "doctor", "check", "topo", "compare", "gate", "ab",
                             "history", "report", "convert"}) {
        const std::string text = help_text(help_document(), verb);
        EXPECT_THAT(text, HasSubstr(verb)) << verb;
        EXPECT_THAT(text, Not(HasSubstr("`"))) << verb;
        EXPECT_THAT(text, Not(HasSubstr("**"))) << verb;
    }
}

}  // namespace
}  // namespace railgauge
