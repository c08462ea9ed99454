#include "log/checks.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace sluice::log {

namespace {

bool is_name_byte(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' ||
           c == '_' || c == '-';
}

bool contains(std::span<const HomeId> homes, HomeId home) {
    return std::find(homes.begin(), homes.end(), home) != homes.end();
}

Error unlisted(std::string_view what, HomeId home) {
    return Error{
        ErrorCode::kInvalidArgument,
        fmt::format("{} names home {}, which the step does not list in `homes`", what, home.value)};
}

Status validate_records(std::span<const Append> appends, std::size_t record_bytes_max) {
    for (const Append& append : appends) {
        if (append.records.empty()) {
            return Error{
                ErrorCode::kInvalidArgument,
                fmt::format(
                    "append to {}/{} has no record", append.to.topic, append.to.partition.value
                )};
        }
        for (std::size_t i = 0; i < append.records.size(); ++i) {
            const std::size_t bytes = append.records[i].size_bytes();
            if (bytes <= record_bytes_max) continue;
            return Error{
                ErrorCode::kTooLarge,
                fmt::format(
                    "record {} for {}/{} has {} bytes, more than the {} that this log takes",
                    i,
                    append.to.topic,
                    append.to.partition.value,
                    bytes,
                    record_bytes_max
                )};
        }
    }
    return ok();
}

}  // namespace

Status validate(const TopicSpec& spec) {
    const bool named = !spec.name.empty() && spec.name.size() <= kTopicNameBytesMax &&
                       spec.name != "." && spec.name != ".." &&
                       std::all_of(spec.name.begin(), spec.name.end(), is_name_byte);
    if (!named) {
        return Error{
            ErrorCode::kInvalidArgument,
            fmt::format(
                "topic name \"{}\": 1 to {} of a-z A-Z 0-9 . _ - are allowed, but not . or .. "
                "alone",
                spec.name,
                kTopicNameBytesMax
            )};
    }
    if (spec.partitions < 1 || spec.partitions > kPartitionsMax) {
        return Error{
            ErrorCode::kInvalidArgument,
            fmt::format(
                "topic {}: {} partitions; 1 to {} are allowed",
                spec.name,
                spec.partitions,
                kPartitionsMax
            )};
    }
    return ok();
}

Status validate_group(std::string_view group) {
    const bool printable = std::none_of(group.begin(), group.end(), [](char c) {
        return static_cast<unsigned char>(c) < 0x20 || c == 0x7F;
    });
    if (!group.empty() && group.size() <= kTopicNameBytesMax && printable) return ok();
    return Error{
        ErrorCode::kInvalidArgument,
        fmt::format(
            "group name of {} bytes: 1 to {} without control characters are allowed",
            group.size(),
            kTopicNameBytesMax
        )};
}

Status validate_homes(std::span<const HomeId> homes) {
    if (homes.empty()) return Error{ErrorCode::kInvalidArgument, "a lease needs at least one home"};
    std::vector<HomeId> sorted{homes.begin(), homes.end()};
    std::sort(sorted.begin(), sorted.end());
    const auto twice = std::adjacent_find(sorted.begin(), sorted.end());
    if (twice == sorted.end()) return ok();
    return Error{
        ErrorCode::kInvalidArgument,
        fmt::format("home {} is named twice in a lease", twice->value)};
}

Status validate(std::span<const Append> appends, std::size_t record_bytes_max) {
    if (appends.empty()) return Error{ErrorCode::kInvalidArgument, "nothing to publish"};
    return validate_records(appends, record_bytes_max);
}

Status validate(const Step& step, std::span<const HomeId> leased, std::size_t record_bytes_max) {
    for (const HomeId home : step.homes) {
        if (contains(leased, home)) continue;
        return Error{
            ErrorCode::kInvalidArgument,
            fmt::format("the step lists home {}, which its lease does not have", home.value)};
    }
    if (!step.empty() && step.homes.empty()) {
        return Error{ErrorCode::kInvalidArgument, "the step lists no home, so nothing fences it"};
    }
    for (const Consumed& consumed : step.consumed) {
        if (!contains(step.homes, consumed.home))
            return unlisted("a consumed offset", consumed.home);
        if (consumed.next.value >= 0) continue;
        return Error{
            ErrorCode::kInvalidArgument,
            fmt::format(
                "consumed offset {} of {}/{} is negative",
                consumed.next.value,
                consumed.from.topic,
                consumed.from.partition.value
            )};
    }
    for (const StateChange& change : step.changes) {
        if (!contains(step.homes, change.home)) return unlisted("a state change", change.home);
    }
    return validate_records(step.appends, record_bytes_max);
}

}  // namespace sluice::log
