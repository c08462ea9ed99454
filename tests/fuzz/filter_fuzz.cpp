// The list behind `filters`: it is taken whole or its problems are named, and whatever is taken
// judges every record.

#include "base/assert.hpp"
#include "event/kafka.hpp"
#include "fuzz.hpp"
#include "project/filter.hpp"

namespace sluice::project {
namespace {

Event an_order(std::optional<std::string> data) {
    Event event;
    event.id = "1";
    event.source = "/orders/kr";
    event.type = "order.placed";
    event.subject = "A-1";
    event.datacontenttype = "application/json";
    event.extensions = {{"region", "kr"}, {"sequence", "5"}};
    event.data = std::move(data);
    return event;
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
        const Record record = event::to_record(an_order(data), "A-1");
        const Verdict verdict = filter->judge(record, scratch);
        SLUICE_ASSERT(filter->judge(record, scratch) == verdict);
    }
    static_cast<void>(filter->judge(event::to_record(an_order(std::nullopt), "A-1"), scratch));
    SLUICE_ASSERT(filter->judge(Record{}, scratch) == Verdict::kUnjudged);
}

}  // namespace
}  // namespace sluice::project

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    sluice::project::run(sluice::fuzz::text_of(data, size));
    return 0;
}
