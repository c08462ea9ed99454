#include "base/hash.hpp"
#include "runtime/inspect/inspect.hpp"

#include <fmt/format.h>

#include <utility>

namespace sluice::runtime {

Result<TopicReader> TopicReader::open(const log::Log& log, Query query) {
    const auto topic = log.topic(query.topic);
    if (!topic) return topic.error();
    if (!topic.value()) {
        return Error{ErrorCode::kNotFound, fmt::format("topic {}: no such topic", query.topic)};
    }
    TopicReader reader{log, std::move(query)};
    const std::uint32_t partitions = topic.value()->partitions;
    const bool by_home =
        !reader.query_.subject.empty() && reader.query_.topic.ends_with(".ordered");
    for (PartitionId p{0}; p.value < partitions; p = p.next()) {
        if (by_home && home_of(reader.query_.subject, partitions).value != p.value) continue;
        const auto ends = log.ends({reader.query_.topic, p});
        if (!ends) return ends.error();
        const Offset first = ends.value().first;
        reader.at_.emplace_back(p, std::max(reader.query_.from.value_or(first), first));
    }
    return reader;
}

Result<std::vector<ReadRecord>> TopicReader::next(std::size_t limit) {
    std::vector<ReadRecord> found;
    for (auto& [partition, next] : at_) {
        while (found.size() < limit) {
            log::ReadLimits limits;
            if (query_.subject.empty()) limits.records_max = limit - found.size();
            auto read = log_->read({query_.topic, partition}, next, limits);
            if (!read) return read.error();
            if (read.value().next() == next) break;
            for (log::StoredRecord& stored : read.value()) {
                if (found.size() == limit) break;
                next = stored.offset.next();
                if (matches(stored.record)) found.push_back({partition, std::move(stored)});
            }
            if (read.value().empty()) next = read.value().next();
        }
    }
    return found;
}

bool TopicReader::matches(const Record& record) const {
    if (query_.subject.empty()) return true;
    return record.key == query_.subject || record.header("ce_subject") == query_.subject;
}

}  // namespace sluice::runtime
