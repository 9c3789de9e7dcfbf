#include "harness/record/json_line.hpp"

#include <cmath>

namespace railgauge {
namespace {

using nlohmann::ordered_json;

constexpr std::size_t deepest = 32;
constexpr std::size_t most_names = 4096;  // in one object: finding doubles is a search in a list
constexpr std::size_t most_values = 4'000'000;
constexpr std::string_view samples_name = "samples_us";

// nlohmann's words without its own position, short, and without bytes that a terminal minds.
std::string plain_words(std::string_view words) {
    const auto at = words.find(": ");
    if (at != std::string_view::npos) words.remove_prefix(at + 2);
    std::string plain(words.substr(0, 160));
    for (char& c : plain) {
        if (c < ' ' || c > '~') c = '?';
    }
    if (words.size() > plain.size()) plain += "...";
    return plain;
}

class builder : public nlohmann::json_sax<ordered_json> {
public:
    builder(std::string_view line, json_line& into, bool want_samples)
        : line_(line), into_(into), want_samples_(want_samples) {}

    bool null() override { return add(nullptr); }
    bool boolean(bool value) override { return add(value); }
    bool string(string_t& value) override { return add(std::move(value)); }
    bool binary(binary_t&) override { return add(nullptr); }

    bool number_integer(number_integer_t value) override {
        return in_samples_ ? sample(static_cast<double>(value)) : add(value);
    }
    bool number_unsigned(number_unsigned_t value) override {
        return in_samples_ ? sample(static_cast<double>(value)) : add(value);
    }
    bool number_float(number_float_t value, const string_t&) override {
        return in_samples_ ? sample(value) : add(value);
    }

    bool start_object(std::size_t) override { return open(ordered_json::object()); }
    bool end_object() override { return close(); }
    bool end_array() override { return close(); }

    bool start_array(std::size_t) override {
        if (open_.size() == 1 && name_ == samples_name && !in_samples_) {
            in_samples_ = true;
            return true;
        }
        return open(ordered_json::array());
    }

    bool key(string_t& name) override {
        const ordered_json& object = *open_.back();
        if (object.contains(name) || (open_.size() == 1 && name == samples_name && samples_seen_)) {
            fail(name, "\"" + plain_name(name) + "\" stands twice in one object");
        }
        if (object.size() >= most_names) fail(name, "more than 4096 names in one object");
        samples_seen_ = samples_seen_ || (open_.size() == 1 && name == samples_name);
        name_ = std::move(name);
        return true;
    }

    bool parse_error(std::size_t position, const std::string&,
                     const nlohmann::detail::exception& error) override {
        throw line_error(std::max<std::size_t>(position, 1), plain_words(words_of(error.what())));
    }

private:
    static std::string_view words_of(std::string_view what) {
        const auto at = what.find("column");
        return at == std::string_view::npos ? what : what.substr(at);
    }

    static std::string plain_name(const std::string& name) { return name.substr(0, 60); }

    [[noreturn]] void fail(const std::string& name, const std::string& message) const {
        throw line_error(column_of(line_, name), message);
    }

    bool sample(double value) {
        if (want_samples_) into_.samples_us.push_back(value);
        return true;
    }

    // Puts a value where it belongs and returns its place.
    ordered_json* place(ordered_json value) {
        if (in_samples_) fail(name_, "\"samples_us\" holds something that is not a number");
        if (++values_ > most_values) fail(name_, "more than four million values in one line");
        if (open_.empty()) {
            into_.object = std::move(value);
            return &into_.object;
        }
        ordered_json& parent = *open_.back();
        if (parent.is_array()) {
            parent.push_back(std::move(value));
            return &parent.back();
        }
        return &(parent.get_ref<ordered_json::object_t&>()
                     .emplace_back(std::move(name_), std::move(value))
                     .second);
    }

    bool add(ordered_json value) {
        if (open_.empty()) throw line_error(1, "a line is not a JSON object");
        place(std::move(value));
        return true;
    }

    bool open(ordered_json value) {
        if (open_.size() >= deepest) fail(name_, "nested deeper than 32");
        if (open_.empty() && !value.is_object()) throw line_error(1, "a line is not a JSON object");
        open_.push_back(place(std::move(value)));
        return true;
    }

    bool close() {
        if (in_samples_) {
            in_samples_ = false;
        } else {
            open_.pop_back();
        }
        return true;
    }

    std::string_view line_;
    json_line& into_;
    bool want_samples_;
    bool in_samples_ = false;
    bool samples_seen_ = false;
    std::size_t values_ = 0;
    std::string name_;
    std::vector<ordered_json*> open_;  // the last child of each is the next: none moves meanwhile
};

}  // namespace

json_line parse_json_line(std::string_view line, bool want_samples) {
    json_line result;
    builder handler(line, result, want_samples);
    ordered_json::sax_parse(line.begin(), line.end(), &handler);
    return result;
}

std::uint64_t column_of(std::string_view line, std::string_view name) {
    const auto at = line.find('"' + std::string(name.substr(0, 1000)) + '"');
    return at == std::string_view::npos ? 1 : at + 1;
}

}  // namespace railgauge
