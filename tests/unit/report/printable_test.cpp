#include "harness/report/printable.hpp"

#include <gtest/gtest.h>

namespace railgauge {
namespace {

TEST(printable, leaves_text_alone) {
    EXPECT_EQ(printable("node-17.cluster, 3 µs, 日本, 😀"), "node-17.cluster, 3 µs, 日本, 😀");
    EXPECT_EQ(printable(""), "");
}

TEST(printable, writes_out_what_a_terminal_would_obey) {
    EXPECT_EQ(printable("a\x1b[2Jb"), "a\\x1b[2Jb");
    EXPECT_EQ(printable("a\nb\tc\rd\x7f"), "a\\x0ab\\x09c\\x0dd\\x7f");
    EXPECT_EQ(printable(std::string_view("a\0b", 3)), "a\\x00b");
    // CSI as one character of the C1 set; right-to-left override; zero-width space.
    EXPECT_EQ(printable("\xc2\x9b"), "\\xc2\\x9b");
    EXPECT_EQ(printable("\xe2\x80\xae"), "\\xe2\\x80\\xae");
    EXPECT_EQ(printable("\xe2\x80\x8b"), "\\xe2\\x80\\x8b");
    EXPECT_EQ(printable("a\xEF\xBF\xBF"), "a\\xef\\xbf\\xbf");  // U+FFFF, which XML does not take
}

TEST(printable_lines, keeps_newlines_only) {
    EXPECT_EQ(printable_lines("a\x1b\nb\tc\n"), "a\\x1b\nb\\x09c\n");
    EXPECT_EQ(printable_lines(""), "");
}

TEST(printable, writes_out_what_is_not_utf8) {
    EXPECT_EQ(printable("\xff"), "\\xff");
    EXPECT_EQ(printable("\xc0\xaf"), "\\xc0\\xaf");           // overlong
    EXPECT_EQ(printable("\xe2\x82"), "\\xe2\\x82");           // cut
    EXPECT_EQ(printable("\xed\xa0\x80"), "\\xed\\xa0\\x80");  // surrogate
    EXPECT_EQ(printable("\xf4\x90\x80\x80"), "\\xf4\\x90\\x80\\x80");
}

}  // namespace
}  // namespace railgauge
