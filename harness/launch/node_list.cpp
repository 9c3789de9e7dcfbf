#include "harness/launch/node_list.hpp"

#include <fmt/format.h>

#include <charconv>
#include <cstdint>

#include "harness/base/error.hpp"

namespace railgauge {

namespace {

class expander {
public:
    expander(std::string_view list, std::size_t most) : list_(list), most_(most) {}

    std::vector<std::string> run() {
        std::vector<std::string> names;
        std::size_t begin = 0;
        int depth = 0;
        for (std::size_t at = 0; at <= list_.size(); ++at) {
            const char letter = at < list_.size() ? list_[at] : ',';
            depth += letter == '[' ? 1 : letter == ']' ? -1 : 0;
            if (depth < 0 || depth > 1 || (at == list_.size() && depth != 0)) {
                refuse("its brackets do not match");
            }
            if (letter == ',' && depth == 0) {
                for (std::string& name : expand(list_.substr(begin, at - begin), 0)) {
                    names.push_back(std::move(name));
                }
                begin = at + 1;
            }
        }
        return names;
    }

private:
    [[noreturn]] void refuse(const std::string& why) const {
        throw usage_error(fmt::format("'{}' is not a list of nodes as Slurm writes it: {}",
                                      list_.substr(0, 200), why));
    }

    /// One name with its brackets; `made`: how many names its prefix stands for.
    std::vector<std::string> expand(std::string_view name, std::size_t made) {
        const std::size_t open = name.find('[');
        if (open == std::string_view::npos) {
            if (name.empty() && made == 0) {
                refuse("a name is empty");
            }
            return {std::string(name)};
        }
        const std::size_t close = name.find(']', open);
        const std::vector<std::string> numbers = ranges(name.substr(open + 1, close - open - 1));
        const std::vector<std::string> ends = expand(name.substr(close + 1), made + 1);
        count_ += numbers.size() * ends.size();
        if (count_ > most_) {
            refuse(fmt::format("it names more than {} nodes", most_));
        }
        std::vector<std::string> names;
        for (const std::string& number : numbers) {
            for (const std::string& end : ends) {
                names.push_back(std::string(name.substr(0, open)) + number + end);
            }
        }
        return names;
    }

    std::uint64_t number(std::string_view text) const {
        std::uint64_t value = 0;
        const auto [next, code] = std::from_chars(text.data(), text.data() + text.size(), value);
        if (code != std::errc{} || next != text.data() + text.size() || text.size() > 18) {
            refuse(fmt::format("'{}' is no number", text));
        }
        return value;
    }

    std::vector<std::string> ranges(std::string_view text) const {
        std::vector<std::string> numbers;
        for (std::size_t begin = 0; begin <= text.size();) {
            const std::size_t end = std::min(text.find(',', begin), text.size());
            const std::string_view range = text.substr(begin, end - begin);
            const std::size_t dash = range.find('-');
            const std::string_view first = range.substr(0, dash);
            const std::string_view last =
                dash == std::string_view::npos ? first : range.substr(dash + 1);
            const std::uint64_t from = number(first);
            const std::uint64_t to = number(last);
            if (to < from) {
                refuse(fmt::format("the range '{}' runs backwards", range));
            }
            if (to - from >= most_ - numbers.size()) {
                refuse(fmt::format("it names more than {} nodes", most_));
            }
            for (std::uint64_t value = from; value <= to; ++value) {
                numbers.push_back(fmt::format("{:0{}}", value, first.size()));
            }
            begin = end + 1;
        }
        return numbers;
    }

    std::string_view list_;
    std::size_t most_;
    std::size_t count_ = 0;
};

}  // namespace

std::vector<std::string> expand_node_list(std::string_view list, std::size_t most) {
    return expander(list, most).run();
}

}  // namespace railgauge
