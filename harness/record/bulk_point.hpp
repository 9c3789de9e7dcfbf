// One line's point, parsed without building a tree.
#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string_view>

#include "harness/record/bulk_reader.hpp"

namespace railgauge {

class bulk_point_parser {
public:
    bulk_point_parser();
    ~bulk_point_parser();
    bulk_point_parser(const bulk_point_parser&) = delete;
    bulk_point_parser& operator=(const bulk_point_parser&) = delete;

    /// After the line's last byte, `padding` more have to be readable (whatever they are).
    [[nodiscard]] static std::size_t padding() noexcept;

    /// False where the line is no point, or not one that is understood: then ask parse_json_line,
    /// which says what is wrong. The point's texts live until the next call.
    /// The line is changed meanwhile, and afterwards as it was.
    [[nodiscard]] bool parse(std::span<char> line, bulk_point& into);

private:
    [[nodiscard]] bool parse_short(std::string_view line, bulk_point& into);

    struct state;
    std::unique_ptr<state> state_;
};

}  // namespace railgauge
