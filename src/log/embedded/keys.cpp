#include "log/embedded/keys.hpp"

#include "base/bytes.hpp"

namespace sluice::log {

namespace {

template <class Number>
void put_big_endian(std::string& out, Number number) {
    for (int shift = static_cast<int>(sizeof(Number)) * 8 - 8; shift >= 0; shift -= 8) {
        out.push_back(static_cast<char>(static_cast<std::uint8_t>(number >> shift)));
    }
}

template <class Number>
Number big_endian(std::string_view bytes) {
    Number number = 0;
    for (const char byte : bytes.substr(0, sizeof(Number))) {
        number = number << 8 | static_cast<std::uint8_t>(byte);
    }
    return number;
}

std::string tagged(char tag, std::string_view name) {
    std::string key{tag};
    key.append(name);
    return key;
}

}  // namespace

std::string record_key(Place place, Offset offset) {
    std::string key;
    key.reserve(kRecordKeyBytes);
    put_big_endian(key, place.topic.value);
    put_big_endian(key, place.partition.value);
    put_big_endian(key, static_cast<std::uint64_t>(offset.value));
    return key;
}

Offset offset_of(std::string_view record_key) {
    const auto offset = big_endian<std::uint64_t>(record_key.substr(kRecordKeyBytes - 8));
    return Offset{static_cast<std::int64_t>(offset)};
}

std::string state_key(GroupId group, HomeId home, Table table, std::string_view key) {
    std::string whole;
    whole.reserve(kStatePrefixBytes + key.size());
    put_big_endian(whole, group.value);
    put_big_endian(whole, home.value);
    whole.push_back(static_cast<char>(table.id));
    whole.append(key);
    return whole;
}

std::string state_end(GroupId group, HomeId home, Table table) {
    std::string end = state_key(group, home, table, {});
    while (!end.empty() && static_cast<std::uint8_t>(end.back()) == 0xFF) end.pop_back();
    if (!end.empty()) end.back() = static_cast<char>(static_cast<std::uint8_t>(end.back()) + 1);
    return end;
}

std::string topic_key(std::string_view name) {
    return tagged(kTopicTag, name);
}

std::string group_key(std::string_view name) {
    return tagged(kGroupNameTag, name);
}

std::string ends_key(Place place) {
    std::string key{kEndsTag};
    put_big_endian(key, place.topic.value);
    put_big_endian(key, place.partition.value);
    return key;
}

std::string consumed_key(GroupId group, Place place) {
    std::string key{kConsumedTag};
    put_big_endian(key, group.value);
    put_big_endian(key, place.topic.value);
    put_big_endian(key, place.partition.value);
    return key;
}

std::optional<Place> parse_ends_key(std::string_view key) {
    if (key.size() != 9 || key.front() != kEndsTag) return std::nullopt;
    return Place{
        TopicId{big_endian<std::uint32_t>(key.substr(1))},
        PartitionId{big_endian<std::uint32_t>(key.substr(5))}};
}

std::string number_value(std::uint64_t number) {
    std::string value;
    ByteWriter{value}.u64(number);
    return value;
}

std::optional<std::uint64_t> parse_number(std::string_view value) {
    ByteReader reader{value};
    const std::uint64_t number = reader.u64();
    if (!reader.at_end()) return std::nullopt;
    return number;
}

std::string pair_value(std::uint64_t first, std::uint64_t second) {
    std::string value;
    ByteWriter writer{value};
    writer.u64(first);
    writer.u64(second);
    return value;
}

std::optional<std::pair<std::uint64_t, std::uint64_t>> parse_pair(std::string_view value) {
    ByteReader reader{value};
    const std::uint64_t first = reader.u64();
    const std::uint64_t second = reader.u64();
    if (!reader.at_end()) return std::nullopt;
    return std::pair{first, second};
}

}  // namespace sluice::log
