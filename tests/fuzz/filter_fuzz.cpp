// The list behind `filters`: it is taken whole or its problems are named, and whatever is taken
// judges every record.

#include "base/assert.hpp"
#include "event/kafka.hpp"
#include "fuzz.hpp"
#include "project/filter_fixture.hpp"

namespace sluice::project {
namespace {

Record an_order(std::optional<std::string> data) {
    Event event = test::order_event();
    event.data = std::move(data);
    return event::to_record(event, event.subject);
}

void run(std::string_view text) {
    const auto document = contract::Document::parse("f", text);
    if (!document) {
        SLUICE_ASSERT(document.error().message.starts_with("f:"));
        return;
    }
    contract::Problems problems;
    const auto filter = Filter::load(contract::Node::root_of(*document, problems));
    SLUICE_ASSERT(filter.has_value() || !problems.empty());
    if (!problems.empty()) {
        for (const std::string& line : problems.lines()) SLUICE_ASSERT(line.starts_with("f:"));
        return;
    }
    const std::vector<std::string> fields = filter->fields();
    cesql::Scratch scratch;
    for (const char* data :
         {R"({"total":110.52,"status":"PAID","coupon":null,"lines":[{"sku":"A"}]})",
          "[1e999]",
          "{"}) {
        const Record record = an_order(data);
        const Verdict verdict = filter->judge(record, scratch);
        SLUICE_ASSERT(filter->judge(record, scratch) == verdict);
    }
    static_cast<void>(filter->judge(an_order(std::nullopt), scratch));
    SLUICE_ASSERT(filter->judge(Record{}, scratch) == Verdict::kUnjudged);
}

}  // namespace
}  // namespace sluice::project

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    sluice::project::run(sluice::fuzz::text_of(data, size));
    return 0;
}
