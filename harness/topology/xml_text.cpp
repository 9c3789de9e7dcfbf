#include "harness/topology/xml_text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstring>

#include "harness/base/error.hpp"

namespace railgauge {
namespace {

struct text_place {
    std::uint64_t line = 1;
    std::uint64_t column = 1;
};

text_place place_of(std::string_view text, std::ptrdiff_t offset) {
    text_place place;
    const auto end = std::clamp<std::ptrdiff_t>(offset, 0, std::ssize(text));
    for (const char c : text.substr(0, static_cast<std::size_t>(end))) {
        ++place.column;
        if (c == '\n') place = {place.line + 1, 1};
    }
    return place;
}

class depth_check : public pugi::xml_tree_walker {
public:
    bool for_each(pugi::xml_node&) override { return depth() < most_xml_depth; }
};

class caller : public pugi::xml_tree_walker {
public:
    explicit caller(const std::function<void(const pugi::xml_node&)>& use) : use_(use) {}
    bool for_each(pugi::xml_node& node) override {
        if (node.type() == pugi::node_element) use_(node);
        return true;
    }

private:
    const std::function<void(const pugi::xml_node&)>& use_;
};

}  // namespace

void load_xml(std::string_view text, const std::string& file, const char* root,
              pugi::xml_document& into) {
    const auto result = into.load_buffer(text.data(), text.size());
    if (!result) {
        const text_place place = place_of(text, result.offset);
        throw input_error(file, place.line, place.column,
                          fmt::format("no sound XML: {}", result.description()));
    }
    const pugi::xml_node top = into.document_element();
    if (std::strcmp(top.name(), root) != 0) {
        const text_place place = place_of(text, top.offset_debug());
        throw input_error(file, place.line, place.column,
                          fmt::format("the outermost element is expected to be <{}>", root));
    }
    depth_check check;
    if (!into.traverse(check)) {
        throw input_error(file, 1, 1, "elements are nested too deep for a host's description");
    }
}

void each_element(const pugi::xml_node& top,
                  const std::function<void(const pugi::xml_node&)>& use) {
    caller walker(use);
    pugi::xml_node start = top;
    start.traverse(walker);
}

double leading_number(const pugi::xml_attribute& attribute) {
    const std::string_view text = attribute.value();
    double number = 0;
    const auto [end, fault] =
        std::from_chars(text.data(), text.data() + text.size(), number, std::chars_format::fixed);
    const bool sound = fault == std::errc{} && std::isfinite(number) && number >= 0 && number < 1e9;
    return sound ? number : 0;
}

}  // namespace railgauge
