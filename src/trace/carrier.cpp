#include "trace/carrier.hpp"

#include <string>
#include <utility>
#include <vector>

namespace sluice::trace {

std::optional<SpanContext> context_of(std::string_view traceparent, std::string_view tracestate) {
    auto context = parse_traceparent(traceparent);
    if (context && is_tracestate(tracestate)) context->state = tracestate;
    return context;
}

std::optional<SpanContext> hop_of(const Record& record) {
    const auto parent = record.header(kTraceparentHeader);
    if (!parent) return std::nullopt;
    return context_of(*parent, record.header(kTracestateHeader).value_or(""));
}

std::optional<SpanContext> start_of(const Record& record) {
    const auto parent = record.header("ce_traceparent");
    if (!parent) return std::nullopt;
    return context_of(*parent, record.header("ce_tracestate").value_or(""));
}

void put_hop(Record& record, const SpanContext& context) {
    record.headers.erase_if([](const Header& header) {
        return header.name == kTraceparentHeader || header.name == kTracestateHeader;
    });
    record.headers.push_back({kTraceparentHeader, to_traceparent(context)});
    if (context.state.empty()) return;
    record.headers.push_back({kTracestateHeader, context.state});
}

}  // namespace sluice::trace
