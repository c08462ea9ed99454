#include "contract/sample.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <optional>
#include <string_view>
#include <utility>

namespace sluice::contract {

namespace {

using Json = nlohmann::json;

constexpr int kTries = 96;
constexpr std::size_t kSampleTextsMax = 1'000;
constexpr std::size_t kSampleTextBytesMax = 4'096;
constexpr std::size_t kSampleItemsMax = 64;  // a list that must have more has no sample

/// How much of what may be there is there.
enum class Fill : std::uint8_t { kAll, kRequired, kSome };

/// splitmix64: the same numbers everywhere, which the standard's distributions are not.
class Dice {
public:
    std::uint64_t roll(std::uint64_t sides) {
        state_ += 0x9E3779B97F4A7C15ULL;
        std::uint64_t x = state_;
        x = (x ^ (x >> 30U)) * 0xBF58476D1CE4E5B9ULL;
        x = (x ^ (x >> 27U)) * 0x94D049BB133111EBULL;
        return (x ^ (x >> 31U)) % sides;
    }

private:
    std::uint64_t state_{1};
};

class SampleMaker {
public:
    explicit SampleMaker(const std::vector<std::string>& texts) : texts_{texts} {}

    Json make(const Json& schema, Fill fill) {
        fill_ = fill;
        return value(schema);
    }

private:
    Json value(const Json& written) {
        if (!written.is_object()) return "text";  // `true`: anything
        const Json schema = merged(written);
        if (const auto constant = schema.find("const"); constant != schema.end()) return *constant;
        for (const char* name : {"enum", "examples"}) {
            const auto list = schema.find(name);
            if (list != schema.end() && list->is_array() && !list->empty())
                return (*list)[pick(list->size())];
        }
        const std::string kind = kind_of(schema);
        if (kind == "object") return object(schema);
        if (kind == "array") return list(schema);
        if (kind == "integer") return integer(schema);
        if (kind == "number") return number(schema);
        if (kind == "boolean") return pick(2) == 0;
        if (kind == "null") return nullptr;
        return text(schema);
    }

    /// The first, unless it may be any.
    std::size_t pick(std::size_t count) {
        return fill_ == Fill::kSome ? static_cast<std::size_t>(dice_.roll(count)) : 0;
    }

    /// The parts of `allOf` beside each other; of a choice one branch.
    Json merged(const Json& written) {
        Json whole = written;
        for (const char* name : {"allOf", "anyOf", "oneOf"}) {
            const auto found = whole.find(name);
            if (found == whole.end() || !found->is_array() || found->empty()) continue;
            const Json branches = std::move(*found);
            whole.erase(name);
            if (name == std::string_view{"allOf"}) {
                for (const Json& one : branches) add(one, whole);
            } else {
                add(branches[pick(branches.size())], whole);
            }
        }
        return whole;
    }

    void add(const Json& part, Json& whole) {
        if (!part.is_object()) return;
        const Json flat = merged(part);
        for (const auto& [key, one] : flat.items()) {
            if (key == "required" && whole.contains(key)) {
                for (const Json& name : one) whole[key].push_back(name);
            } else if (key == "properties" && whole.contains(key)) {
                whole[key].update(one);
            } else {
                whole[key] = one;
            }
        }
    }

    std::string kind_of(const Json& schema) {
        const auto type = schema.find("type");
        if (type == schema.end()) {
            if (schema.contains("properties") || schema.contains("required")) return "object";
            return schema.contains("items") ? "array" : "string";
        }
        if (type->is_string()) return type->get<std::string>();
        return type->empty() ? "string" : (*type)[pick(type->size())].get<std::string>();
    }

    Json object(const Json& schema) {
        Json made = Json::object();
        const Json required = schema.value("required", Json::array());
        const auto is_required = [&](const std::string& name) {
            return std::find(required.begin(), required.end(), name) != required.end();
        };
        const Json properties = schema.value("properties", Json::object());
        for (const auto& [name, field] : properties.items()) {
            const bool there = is_required(name) || fill_ == Fill::kAll ||
                               (fill_ == Fill::kSome && dice_.roll(2) == 0);
            if (there && field != false) made[name] = value(field);
        }
        for (const Json& name : required) {
            if (!made.contains(name)) made[name.get<std::string>()] = "text";
        }
        return made;
    }

    Json list(const Json& schema) {
        Json made = Json::array();
        const auto items = schema.find("items");
        if (items != schema.end() && items->is_array()) {
            for (const Json& one : *items) made.push_back(value(one));
            return made;
        }
        const std::uint64_t least = count(schema, "minItems", 0);
        const std::uint64_t most = std::max(least, count(schema, "maxItems", least + 3));
        std::uint64_t wanted = fill_ == Fill::kRequired ? least : std::min(most, least + 2);
        if (fill_ == Fill::kSome)
            wanted = least + dice_.roll(std::min(most - least, least + 3) + 1);
        for (std::uint64_t i = 0; i < std::min<std::uint64_t>(wanted, kSampleItemsMax); ++i)
            made.push_back(items == schema.end() ? Json("text") : value(*items));
        return made;
    }

    static std::uint64_t count(const Json& schema, const char* name, std::uint64_t otherwise) {
        const auto found = schema.find(name);
        const bool known = found != schema.end() && found->is_number_unsigned();
        return known ? found->get<std::uint64_t>() : otherwise;
    }

    static std::optional<double> bound(
        const Json& schema, const char* within, const char* beyond, double step
    ) {
        const auto limit = schema.find(within);
        if (limit != schema.end() && limit->is_number()) return limit->get<double>();
        const auto outer = schema.find(beyond);
        if (outer == schema.end() || !outer->is_number()) return std::nullopt;
        return outer->get<double>() + step;
    }

    /// A limit, or somewhere between them; between 0 and a thousand where there is none.
    double between(const Json& schema, double step) {
        const auto least = bound(schema, "minimum", "exclusiveMinimum", step);
        const auto most = bound(schema, "maximum", "exclusiveMaximum", -step);
        const double low = least.value_or(most ? std::min(0.0, *most - 1'000) : 0);
        const double high = most.value_or(std::max(low, 0.0) + 1'000);
        if (fill_ != Fill::kSome) return fill_ == Fill::kAll ? std::min(low + 1, high) : low;
        switch (dice_.roll(4)) {
            case 0: return low;
            case 1: return high;
            default: {
                const double width = std::min(high - low, 1e9);
                return low + std::floor(width * (static_cast<double>(dice_.roll(1'000)) / 1'000));
            }
        }
    }

    Json integer(const Json& schema) {
        const double most = static_cast<double>(std::int64_t{1} << 53U);
        auto made =
            static_cast<std::int64_t>(std::clamp(std::ceil(between(schema, 1)), -most, most));
        const auto step = static_cast<std::int64_t>(count(schema, "multipleOf", 1));
        if (step > 1) made = (made + step - 1) / step * step;
        return made;
    }

    Json number(const Json& schema) {
        if (schema.contains("multipleOf")) return integer(schema);
        const double made = between(schema, 0.5);
        if (made != std::floor(made) || std::abs(made) > 1e15) return made;
        if (fill_ == Fill::kSome && dice_.roll(2) == 0) return made + 0.25;
        return static_cast<std::int64_t>(made);
    }

    static std::size_t clamped(std::uint64_t bytes) {
        return static_cast<std::size_t>(std::min<std::uint64_t>(bytes, kSampleTextBytesMax));
    }

    /// Of those that must be there only, the shortest.
    std::string text(const Json& schema) {
        const std::string format = schema.value("format", "");
        if (format == "date-time") return "2026-01-31T09:30:00Z";
        if (format == "date") return "2026-01-31";
        if (format == "time") return "09:30:00Z";
        const std::uint64_t least = count(schema, "minLength", 0);
        const std::uint64_t most = count(schema, "maxLength", std::numeric_limits<int>::max());
        if (fill_ == Fill::kRequired) return std::string(clamped(least), 'x');
        if (!texts_.empty() && dice_.roll(4) != 0) {
            const std::string& one = texts_[static_cast<std::size_t>(dice_.roll(texts_.size()))];
            if (one.size() >= least && one.size() <= most) return one;
        }
        static constexpr std::string_view kTexts[] = {"text", "a", "0", "", "two words", "x-1"};
        std::string made{kTexts[pick(std::size(kTexts))]};
        if (made.size() < least) made.resize(clamped(least), 'x');
        if (made.size() > most) made.resize(static_cast<std::size_t>(most));
        return made;
    }

    const std::vector<std::string>& texts_;
    Dice dice_;
    Fill fill_{Fill::kAll};
};

}  // namespace

std::vector<std::string> make_samples(
    const Json& schema, const Schema& compiled, const std::vector<std::string>& texts
) {
    std::vector<std::string> samples;
    SampleMaker maker{texts};
    for (int attempt = 0; attempt < kTries && samples.size() < kSamplesMax; ++attempt) {
        const Fill fill = attempt == 0 ? Fill::kAll : attempt == 1 ? Fill::kRequired : Fill::kSome;
        std::string made = maker.make(schema, fill).dump();
        const bool known = std::find(samples.begin(), samples.end(), made) != samples.end();
        if (!known && compiled.validate(made)) samples.push_back(std::move(made));
    }
    return samples;
}

std::vector<std::string> texts_in(const Json& tables) {
    std::vector<std::string> texts;
    std::vector<const Json*> todo{&tables};
    const auto take = [&](const std::string& text) {
        const bool fits = text.size() <= kSampleTextBytesMax && texts.size() < kSampleTextsMax;
        if (fits) texts.push_back(text);
    };
    while (!todo.empty() && texts.size() < kSampleTextsMax) {
        const Json& next = *todo.back();
        todo.pop_back();
        if (!next.is_structured()) continue;
        for (const auto& [name, one] : next.items()) {
            if (next.is_object() && &next != &tables) take(name);
            if (one.is_string() && next.is_array()) take(one.get<std::string>());
            todo.push_back(&one);
        }
    }
    return texts;
}

}  // namespace sluice::contract
