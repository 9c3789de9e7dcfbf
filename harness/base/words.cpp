#include "harness/base/words.hpp"

#include <algorithm>
#include <cctype>

#include "harness/base/error.hpp"

namespace railgauge {
namespace {

bool is_blank(char c) {
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

class splitter {
public:
    explicit splitter(std::string_view text) : text_(text) {}

    std::vector<std::string> run() {
        while (at_ < text_.size()) {
            const char c = text_[at_++];
            if (is_blank(c)) {
                finish();
            } else if (c == '\'' || c == '"') {
                inside_ = true;  // also of an empty word
                quoted(c);
            } else if (c == '\\') {
                inside_ = true;
                escaped();
            } else {
                inside_ = true;
                word_ += c;
            }
        }
        finish();
        return std::move(words_);
    }

private:
    void finish() {
        if (inside_) words_.push_back(std::move(word_));
        word_.clear();
        inside_ = false;
    }

    void escaped() {
        if (at_ == text_.size()) {
            throw usage_error("'" + std::string(text_) + "' ends with a backslash");
        }
        word_ += text_[at_++];
    }

    void quoted(char quote) {
        while (at_ < text_.size()) {
            const char c = text_[at_++];
            if (c == quote) return;
            const bool escapes = quote == '"' && c == '\\' && at_ < text_.size() &&
                                 (text_[at_] == '"' || text_[at_] == '\\');
            word_ += escapes ? text_[at_++] : c;
        }
        throw usage_error("'" + std::string(text_) + "' has a " + quote +
                          " that is not closed by another");
    }

    std::string_view text_;
    std::size_t at_ = 0;
    std::vector<std::string> words_;
    std::string word_;
    bool inside_ = false;
};

bool is_plain(char c) {
    constexpr std::string_view others = "-_./=,:+@%*";
    return std::isalnum(static_cast<unsigned char>(c)) != 0 ||
           others.find(c) != std::string_view::npos;
}

}  // namespace

std::vector<std::string> split_words(std::string_view text) {
    return splitter(text).run();
}

std::string join_words(const std::vector<std::string>& words) {
    std::string text;
    for (const std::string& word : words) {
        if (!text.empty()) text += ' ';
        if (!word.empty() && std::all_of(word.begin(), word.end(), is_plain)) {
            text += word;
            continue;
        }
        text += '\'';
        for (const char c : word) {
            if (c == '\'') {
                text += "'\\''";
            } else {
                text += c;
            }
        }
        text += '\'';
    }
    return text;
}

}  // namespace railgauge
