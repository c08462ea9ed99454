// An expression: whatever parses has a value for every event, is read again from its own text, and
// an error names a column of the text.

#include "base/assert.hpp"
#include "fuzz.hpp"
#include "project/cesql.hpp"

#include <charconv>

namespace sluice::project {
namespace {

class FewAttributes final : public Attributes {
public:
    explicit FewAttributes(bool empty) : empty_{empty} {}

    [[nodiscard]] std::optional<cesql::Value> find(std::string_view name) const override {
        if (empty_) return std::nullopt;
        if (name == "source") return cesql::Value{std::string_view{"/orders/\xED\x95\x9C%_"}};
        if (name == "region") return cesql::Value{std::string_view{"kr"}};
        if (name == "least") return cesql::Value{std::int32_t{INT32_MIN}};
        if (name == "sequence") return cesql::Value{std::string_view{"2147483648"}};
        if (name == "test") return cesql::Value{true};
        return std::nullopt;
    }

private:
    bool empty_;
};

void names_a_column(const Error& error, std::string_view text) {
    constexpr std::string_view column = "column ";
    const std::size_t found = error.message.find(column);
    if (found == std::string::npos) return;  // of limits, or of the whole
    std::size_t at = 0;
    const char* digits = error.message.data() + found + column.size();
    std::from_chars(digits, error.message.data() + error.message.size(), at);
    SLUICE_ASSERT(at >= 1 && at <= text.size() + 1);
}

bool beyond_limits(const Error& error) {
    return error.message.find("more than ") != std::string::npos ||
           error.message.find(" bytes") != std::string::npos;
}

void run(std::string_view text) {
    const auto parsed = Cesql::parse(text);
    const auto filter = Cesql::parse_filter(text);
    SLUICE_ASSERT(parsed || !filter);
    if (!filter) SLUICE_ASSERT(filter.error().code == ErrorCode::kInvalidArgument);
    if (!parsed) {
        names_a_column(parsed.error(), text);
        return;
    }
    const std::string shown = parsed->text();
    const auto again = Cesql::parse(shown);
    if (again) {
        SLUICE_ASSERT(*again == *parsed);
    } else {  // its parentheses are more than were written
        SLUICE_ASSERT(beyond_limits(again.error()));
    }
    for (const bool empty : {true, false}) {
        const FewAttributes event{empty};
        cesql::Scratch scratch;
        cesql::Scratch other;
        const cesql::Outcome outcome = parsed->evaluate(event, scratch);
        const cesql::Outcome twice = parsed->evaluate(event, other);
        SLUICE_ASSERT(outcome.value == twice.value && outcome.fault == twice.fault);
    }
}

}  // namespace
}  // namespace sluice::project

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    sluice::project::run(sluice::fuzz::text_of(data, size));
    return 0;
}
