// A contract: it loads, or each line of what is wrong names a place in the file.

#include "base/assert.hpp"
#include "contract/load.hpp"
#include "fuzz.hpp"

#include <algorithm>
#include <charconv>

namespace sluice::contract {
namespace {

/// "f:12:5: …", a line of the text and of no other.
void names_a_line(std::string_view problem, std::string_view text) {
    SLUICE_ASSERT(problem.starts_with("f:"));
    std::size_t line = 0;
    std::from_chars(problem.data() + 2, problem.data() + problem.size(), line);
    const auto ends =
        std::count_if(text.begin(), text.end(), [](char c) { return c == '\n' || c == '\r'; });
    SLUICE_ASSERT(line <= static_cast<std::size_t>(ends) + 2);
}

void run(std::string_view text) {
    const auto document = Document::parse("f", text);
    if (!document) {
        names_a_line(document.error().message, text);
        return;
    }
    Problems problems;
    const auto contract = load_contract(*document, problems);
    SLUICE_ASSERT(contract.has_value() == problems.empty());
    for (const std::string& line : problems.lines()) names_a_line(line, text);
    if (!contract) return;
    SLUICE_ASSERT(!contract->domain.empty() && contract->homes > 0 && !contract->channels.empty());
    for (const Channel& channel : contract->channels) {
        SLUICE_ASSERT(contract->channel_of(channel.topic) == &channel);
    }
}

}  // namespace
}  // namespace sluice::contract

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    sluice::contract::run(sluice::fuzz::text_of(data, size));
    return 0;
}
