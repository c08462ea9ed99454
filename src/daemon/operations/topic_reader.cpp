#include "daemon/operations/topic_reader.hpp"

#include "event/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <utility>

namespace sluice::daemon {

std::string Cursor::text() const {
    return fmt::format("{}-{}", partition.value, offset.value);
}

Result<Cursor> Cursor::parse(std::string_view text) {
    Cursor cursor;
    const char* end = text.data() + text.size();
    const auto partition = std::from_chars(text.data(), end, cursor.partition.value);
    if (partition.ec == std::errc{} && partition.ptr != end && *partition.ptr == '-') {
        const auto offset = std::from_chars(partition.ptr + 1, end, cursor.offset.value);
        if (offset.ec == std::errc{} && offset.ptr == end && cursor.offset.value >= 0) {
            return cursor;
        }
    }
    return Error{
        ErrorCode::kInvalidArgument,
        fmt::format("{} is no cursor that an answer has given", event::shown(text))};
}

Status TopicReader::open() {
    const auto ends = backend_.ends(query_.topic, std::nullopt);
    if (!ends) return ends.error();
    version_ = ends.value().version;
    offsets_.assign(ends.value().partitions.size(), query_.from);
    partition_ = 0;
    left_ = query_.limit;
    return ok();
}

Status TopicReader::open_at(const Cursor& cursor) {
    if (const Status opened = open(); !opened) return opened;
    if (cursor.partition.value >= offsets_.size()) {
        return Error{
            ErrorCode::kNotFound,
            fmt::format(
                "partition {} of {}: it has {}",
                cursor.partition.value,
                query_.topic,
                offsets_.size()
            )};
    }
    partition_ = cursor.partition.value;
    offsets_[partition_] = cursor.offset;
    return ok();
}

Result<std::vector<std::string>> TopicReader::next(std::size_t page_limit) {
    constexpr int kAsksMax = 50;  // for a subject that is rare
    std::vector<std::string> lines;
    std::size_t bytes = 0;
    for (int asks = 0; asks < kAsksMax && !at_end() && !full(); ++asks) {
        if (lines.size() == page_limit || bytes >= Backend::kPageBytesMax) break;
        RecordQuery query;
        query.topic = query_.topic;
        query.partition = PartitionId{static_cast<std::uint32_t>(partition_)};
        query.from = offsets_[partition_];
        query.subject = query_.subject;
        query.limit = std::min(page_limit - lines.size(), left_);
        auto page = backend_.records(query);
        if (!page) return page.error();
        for (std::string& line : page.value().lines) {
            bytes += line.size();
            lines.push_back(std::move(line));
        }
        left_ -= page.value().lines.size();
        offsets_[partition_] = page.value().next;
        if (page.value().at_end) ++partition_;
    }
    return lines;
}

Status TopicReader::wait() {
    const auto ends = backend_.ends(query_.topic, version_);
    if (!ends) return ends.error();
    version_ = ends.value().version;
    const auto& partitions = ends.value().partitions;
    for (std::size_t p = 0; p < std::min(partitions.size(), offsets_.size()); ++p) {
        if (partitions[p].committed <= offsets_[p]) continue;
        partition_ = p;
        break;
    }
    return ok();
}

Cursor TopicReader::cursor() const {
    const std::size_t at = std::min(partition_, offsets_.size() - 1);
    return {PartitionId{static_cast<std::uint32_t>(at)}, offsets_[at]};
}

}  // namespace sluice::daemon
