#include "sim/story.hpp"
#include "sim/words.hpp"

#include <fmt/format.h>

#include <charconv>
#include <map>
#include <optional>
#include <utility>

namespace sluice::sim {

namespace {

using Tokens = std::vector<std::string_view>;

Tokens split(std::string_view line) {
    Tokens tokens;
    while (!line.empty()) {
        const std::size_t from = line.find_first_not_of(" \t\r");
        if (from == std::string_view::npos || line[from] == '#') break;
        const std::size_t end = std::min(line.find_first_of(" \t\r", from), line.size());
        tokens.push_back(line.substr(from, end - from));
        line.remove_prefix(end);
    }
    return tokens;
}

std::optional<std::uint64_t> number_of(std::string_view text) {
    std::uint64_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
    return value;
}

/// "key=value" tokens behind the first few, and words that stand alone.
class Fields {
public:
    Fields(const Tokens& tokens, std::size_t from) {
        for (std::size_t i = from; i < tokens.size(); ++i) {
            const std::size_t equals = tokens[i].find('=');
            const std::string_view key = tokens[i].substr(0, equals);
            const bool has_value = equals != std::string_view::npos;
            fields_[key] = has_value ? tokens[i].substr(equals + 1) : std::string_view{};
        }
    }

    [[nodiscard]] std::optional<std::string_view> take(std::string_view key) {
        const auto found = fields_.find(key);
        if (found == fields_.end()) return std::nullopt;
        const std::string_view value = found->second;
        fields_.erase(found);
        return value;
    }

    /// What nobody has taken.
    [[nodiscard]] std::optional<std::string_view> left() const {
        if (fields_.empty()) return std::nullopt;
        return fields_.begin()->first;
    }

private:
    std::map<std::string_view, std::string_view> fields_;
};

class Parser {
public:
    Result<Story> parse(std::string_view text) {
        std::size_t number = 0;
        while (!text.empty()) {
            const std::size_t end = std::min(text.find('\n'), text.size());
            const std::string_view line = text.substr(0, end);
            text.remove_prefix(std::min(end + 1, text.size()));
            ++number;
            constexpr std::string_view kTitle = "# scenario: ";
            if (line.substr(0, kTitle.size()) == kTitle) {
                story_.title = line.substr(kTitle.size());
                continue;
            }
            const Tokens tokens = split(line);
            if (tokens.empty()) continue;
            line_ = number;
            if (const Status read = command(tokens); !read) {
                return read.error().at(fmt::format("line {}", number));
            }
        }
        return std::move(story_);
    }

private:
    static Error wrong(std::string what) { return {ErrorCode::kInvalidArgument, std::move(what)}; }

    Status command(const Tokens& tokens) {
        if (tokens[0] == "setup") return setup(tokens);
        if (tokens[0] == "expect") return expect(tokens);
        const auto act = value_of(kActWords, tokens[0]);
        if (!act) {
            return wrong(fmt::format(
                "{}: unknown; allowed are setup, expect, {}", tokens[0], all_words(kActWords)
            ));
        }
        return *act == Act::kArrive ? arrive(tokens) : action(*act, tokens);
    }

    Status setup(const Tokens& tokens) {
        Setup& setup = story_.history.setup;
        Fields fields{tokens, 1};
        for (const auto& [name, member] : kSetupNumbers) {
            if (const Status read = number(fields, name, setup.*member); !read) return read;
        }
        for (std::size_t i = 0; i < 4; ++i) {
            const std::string name = fmt::format("partitions-{}", i + 1);
            if (const Status read = number(fields, name, setup.partitions[i]); !read) return read;
        }
        if (const Status read = number(fields, "backlog-bytes-max", setup.backlog_bytes_max);
            !read) {
            return read;
        }
        if (const Status read = word(fields, "gap", kGapWords, setup.gap); !read) return read;
        if (const Status read = word(fields, "invalid", kInvalidWords, setup.invalid); !read) {
            return read;
        }
        if (const auto given = fields.take("crc32-b")) setup.crc32_b = *given != "no";
        if (const auto given = fields.take("markers")) setup.markers = *given == "yes";
        if (setup.markers || setup.instances > 1) story_.needs_cluster = true;
        return nothing_left(fields);
    }

    Status arrive(const Tokens& tokens) {
        constexpr std::string_view kOrder = "order-";
        if (tokens.size() < 3 || tokens[2].substr(0, kOrder.size()) != kOrder) {
            return wrong("arrive TYPE order-N …");
        }
        EventSpec event;
        const auto kind = value_of(kKindWords, tokens[1]);
        if (!kind)
            return wrong(fmt::format("{}: the types are {}", tokens[1], all_words(kKindWords)));
        event.kind = *kind;
        const auto subject = number_of(tokens[2].substr(kOrder.size()));
        if (!subject) return wrong(fmt::format("{}: a subject is order-N", tokens[2]));
        event.subject = static_cast<std::uint32_t>(*subject);
        Fields fields{tokens, 3};
        if (const Status read = number(fields, "seq", event.number); !read) return read;
        if (const Status read = number(fields, "after-a", event.stamp); !read) return read;
        if (const Status read = number(fields, "parcel", event.parcel); !read) return read;
        if (const Status read = number(fields, "version", event.version); !read) return read;
        if (const Status read = word(fields, "says", kVerdictWords, event.verdict); !read) {
            return read;
        }
        event.invalid = fields.take("invalid").has_value();
        RecordTime time{};
        if (const Status read = word(fields, "time", kTimeWords, time); !read) return read;
        History& history = story_.history;
        const auto index = static_cast<std::uint32_t>(history.events.size());
        history.events.push_back(event);
        history.actions.push_back(
            {Act::kArrive, Fate::kDone, 0, static_cast<std::uint8_t>(time), index}
        );
        return nothing_left(fields);
    }

    Status action(Act act, const Tokens& tokens) {
        Action action{act, Fate::kDone, 0, 0, 0};
        const bool by_instance =
            act == Act::kStep || act == Act::kDeliver || act == Act::kAnswer || act == Act::kKill;
        std::size_t used = 1;
        if (tokens.size() > 1) {
            if (const auto given = number_of(tokens[1])) {
                used = 2;
                if (by_instance) {
                    action.who = static_cast<std::uint8_t>(*given);
                } else {
                    action.what = static_cast<std::uint32_t>(*given);
                }
            }
        }
        Fields fields{tokens, used};
        if (const Status read = word(fields, "fate", kFateWords, action.fate); !read) return read;
        if (const Status read = number(fields, "entropy", action.what); !read) return read;
        if (fields.take("busy")) action.extra = 1;
        const bool simulated = action.fate != Fate::kDone || act == Act::kShow || act == Act::kMove;
        if (simulated) story_.needs_cluster = true;
        story_.history.actions.push_back(action);
        return nothing_left(fields);
    }

    Status expect(const Tokens& tokens) {
        if (tokens.size() < 3) return wrong("expect WHAT order-N …");
        Expectation one;
        one.after = story_.history.actions.size();
        one.line = line_;
        one.what = tokens[1];
        one.subject = tokens[2];
        for (std::size_t i = 3; i < tokens.size(); ++i) one.details.emplace_back(tokens[i]);
        static constexpr std::string_view kKnown =
            " ordered waiting handled parked backlog aside held ";
        if (kKnown.find(fmt::format(" {} ", one.what)) == std::string_view::npos) {
            return wrong(fmt::format("{}: expected can be{}", one.what, kKnown));
        }
        story_.expectations.push_back(std::move(one));
        return ok();
    }

    template <class Number>
    static Status number(Fields& fields, std::string_view key, Number& out) {
        const auto given = fields.take(key);
        if (!given) return ok();
        const auto value = number_of(*given);
        if (!value) return wrong(fmt::format("{}={}: not a number", key, *given));
        out = static_cast<Number>(*value);
        return ok();
    }

    template <class Value, std::size_t N>
    static Status word(
        Fields& fields, std::string_view key, const Words<Value, N>& words, Value& out
    ) {
        const auto given = fields.take(key);
        if (!given) return ok();
        const auto value = value_of(words, *given);
        if (!value) {
            return wrong(fmt::format("{}={}: allowed are {}", key, *given, all_words(words)));
        }
        out = *value;
        return ok();
    }

    static Status nothing_left(const Fields& fields) {
        if (const auto left = fields.left()) return wrong(fmt::format("{}: unknown here", *left));
        return ok();
    }

    Story story_;
    std::size_t line_{0};
};

}  // namespace

Result<Story> parse_story(std::string_view text) {
    return Parser{}.parse(text);
}

}  // namespace sluice::sim
