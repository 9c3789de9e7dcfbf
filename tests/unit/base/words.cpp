#include "harness/base/words.hpp"

#include <gtest/gtest.h>

#include <random>
#include <string>
#include <vector>

#include "harness/base/error.hpp"

namespace railgauge {
namespace {

using words = std::vector<std::string>;

TEST(split_words, blanks_separate) {
    EXPECT_EQ(split_words(""), words{});
    EXPECT_EQ(split_words(" \t\n"), words{});
    EXPECT_EQ(split_words("  a  bc\td "), (words{"a", "bc", "d"}));
}

TEST(split_words, quotes_and_backslashes_keep_what_they_hold) {
    EXPECT_EQ(split_words("NAME='two words' x"), (words{"NAME=two words", "x"}));
    EXPECT_EQ(split_words(R"("a \"b\" \\ \n" 'it\s')"), (words{R"(a "b" \ \n)", R"(it\s)"}));
    EXPECT_EQ(split_words(R"(a\ b '' "")"), (words{"a b", "", ""}));
    EXPECT_EQ(split_words("one' 'word\" too\""), words{"one word too"});
}

// What a shell would act on is text.
TEST(split_words, nothing_is_expanded) {
    EXPECT_EQ(split_words("$HOME `id` $(id) ; * ~ | > #x"),
              (words{"$HOME", "`id`", "$(id)", ";", "*", "~", "|", ">", "#x"}));
}

TEST(split_words, what_is_not_closed_is_refused) {
    EXPECT_THROW((void)split_words("a 'b"), usage_error);
    EXPECT_THROW((void)split_words("\"b\\\""), usage_error);
    EXPECT_THROW((void)split_words("a\\"), usage_error);
}

TEST(join_words, is_what_split_words_reads_again) {
    EXPECT_EQ(join_words({"run", "--bytes", "8..64K"}), "run --bytes 8..64K");
    EXPECT_EQ(join_words({"", "a b"}), "'' 'a b'");
    std::mt19937 random(7);
    const std::string letters = "ab '\"\\$\t=-";
    for (int trial = 0; trial < 500; ++trial) {
        words some(random() % 4);
        for (std::string& word : some) {
            for (unsigned n = random() % 6; n > 0; --n) word += letters[random() % letters.size()];
        }
        EXPECT_EQ(split_words(join_words(some)), some);
    }
}

}  // namespace
}  // namespace railgauge
