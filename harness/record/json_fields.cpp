#include "harness/record/json_fields.hpp"

#include "harness/record/json_line.hpp"

namespace railgauge {

using nlohmann::ordered_json;

const ordered_json* json_fields::find(const char* name) const {
    const auto found = object_.find(name);
    return found == object_.end() || found->is_null() ? nullptr : &*found;
}

void json_fields::fail(const char* name, const std::string& message) const {
    throw line_error(column_of(line_, name), "\"" + std::string(name) + "\" " + message);
}

std::string json_fields::text(const char* name) const {
    const ordered_json* value = find(name);
    if (!value) fail(name, "is missing");
    if (!value->is_string()) fail(name, "is not a text");
    return value->get<std::string>();
}

std::string json_fields::text_or(const char* name, std::string otherwise) const {
    return find(name) ? text(name) : otherwise;
}

std::vector<std::string> json_fields::texts(const char* name) const {
    std::vector<std::string> result;
    const ordered_json* list = array(name);
    if (!list) return result;
    for (const ordered_json& value : *list) {
        if (!value.is_string()) fail(name, "holds something that is not a text");
        result.push_back(value.get<std::string>());
    }
    return result;
}

bool json_fields::flag_or(const char* name, bool otherwise) const {
    const ordered_json* value = find(name);
    if (!value) return otherwise;
    if (!value->is_boolean()) fail(name, "is neither true nor false");
    return value->get<bool>();
}

std::int64_t json_fields::whole(const char* name, std::int64_t least, std::uint64_t most) const {
    const ordered_json* value = find(name);
    if (!value) fail(name, "is missing");
    if (!value->is_number_integer()) fail(name, "is not a whole number");
    // A negative number is stored signed, any other unsigned: neither conversion loses a bit.
    const bool negative = !value->is_number_unsigned() && value->get<std::int64_t>() < 0;
    const bool too_small =
        negative ? value->get<std::int64_t>() < least
                 : least > 0 && value->get<std::uint64_t>() < static_cast<std::uint64_t>(least);
    const bool too_large = !negative && value->get<std::uint64_t>() > most;
    if (too_small || too_large) fail(name, "is out of range");
    return value->is_number_unsigned() ? static_cast<std::int64_t>(value->get<std::uint64_t>())
                                       : value->get<std::int64_t>();
}

std::optional<double> json_fields::number(const char* name) const {
    const ordered_json* value = find(name);
    if (!value) return std::nullopt;
    if (!value->is_number()) fail(name, "is not a number");
    return value->get<double>();
}

double json_fields::number_or_nan(const char* name) const {
    return number(name).value_or(std::numeric_limits<double>::quiet_NaN());
}

const ordered_json* json_fields::object(const char* name) const {
    const ordered_json* value = find(name);
    if (value && !value->is_object()) fail(name, "is not an object");
    return value;
}

const ordered_json* json_fields::array(const char* name) const {
    const ordered_json* value = find(name);
    if (value && !value->is_array()) fail(name, "is not a list");
    return value;
}

}  // namespace railgauge
