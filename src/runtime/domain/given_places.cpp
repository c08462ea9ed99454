#include "runtime/domain/given_places.hpp"

#include "base/assert.hpp"
#include "base/hash.hpp"

#include <fmt/format.h>

#include <charconv>
#include <system_error>

namespace sluice::runtime {

namespace {

HomeId home_at(std::string_view key, contract::Partitioner partitioner, std::uint32_t partitions) {
    switch (partitioner) {
        case contract::Partitioner::kMurmur2:
            return HomeId{partition_by_murmur2(key, partitions).value};
        case contract::Partitioner::kCrc32:
            return HomeId{partition_by_crc32(key, partitions).value};
    }
    SLUICE_UNREACHABLE();
}

/// Digits alone, as `stand_in` writes them.
std::optional<std::uint64_t> number_in(std::string_view text) {
    std::uint64_t value = 0;
    const char* end = text.data() + text.size();
    const auto [stop, failure] = std::from_chars(text.data(), end, value);
    if (failure != std::errc{} || stop != end) return std::nullopt;
    return value;
}

}  // namespace

std::optional<std::string> GivenPlaces::key_of(std::string_view subject) const {
    return contract::bytes_of(subject, key);
}

HomeId GivenPlaces::home_of(std::string_view subject) const {
    if (const auto home = home_of_stand_in(subject)) return *home;
    const auto bytes = key_of(subject);
    return bytes ? home_at(*bytes, partitioner, partitions) : HomeId{0};
}

std::string GivenPlaces::stand_in(PartitionId partition, Offset offset) const {
    return fmt::format("{}/{}/{}", topic, partition.value, offset.value);
}

std::optional<HomeId> GivenPlaces::home_of_stand_in(std::string_view subject) const {
    if (!subject.starts_with(topic)) return std::nullopt;
    subject.remove_prefix(topic.size());
    if (!subject.starts_with('/')) return std::nullopt;
    subject.remove_prefix(1);
    const std::size_t slash = subject.find('/');
    if (slash == std::string_view::npos) return std::nullopt;
    const auto partition = number_in(subject.substr(0, slash));
    const auto offset = number_in(subject.substr(slash + 1));
    if (!partition || !offset || *partition >= partitions) return std::nullopt;
    return HomeId{static_cast<std::uint32_t>(*partition)};
}

}  // namespace sluice::runtime
