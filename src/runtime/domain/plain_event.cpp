#include "runtime/domain/plain_event.hpp"

#include <fmt/format.h>

namespace sluice::runtime {

Status make_event(
    const contract::PlainRecords& plain,
    const event::EventLimits& limits,
    PartitionId partition,
    Offset offset,
    Record& record
) {
    // The time tells a topic that was made anew under the same name from the one before it.
    const std::string id = fmt::format("{}-{}-{}", partition.value, offset.value, record.time.ms);
    auto headers = contract::event_headers(plain, record, id, limits);
    if (!headers) return headers.error();
    for (const Header& header : headers.value()) record.headers.push_back(header);
    return ok();
}

}  // namespace sluice::runtime
