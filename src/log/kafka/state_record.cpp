#include "log/kafka/state_record.hpp"

#include "base/bytes.hpp"
#include "base/hash.hpp"

#include <fmt/format.h>

#include <charconv>

namespace sluice::log::kafka {

namespace {

constexpr std::size_t kPrefixBytes = 5;
constexpr std::string_view kMarkBegin = "sluice1 ";
constexpr std::string_view kFenceBegin = "sluice1f ";
constexpr std::string_view kStateSuffix = ".state";

char byte_of(std::uint32_t number, unsigned shift) {
    return static_cast<char>(static_cast<unsigned char>(number >> shift));
}

std::uint32_t number_of(std::string_view bytes) {
    std::uint32_t number = 0;
    for (const char byte : bytes) number = (number << 8U) | static_cast<unsigned char>(byte);
    return number;
}

}  // namespace

std::string topic_of_group(std::string_view group, std::string_view suffix) {
    constexpr std::size_t kNameMax = 200;  // of the 249 that Kafka takes
    std::string name{group.substr(0, kNameMax)};
    for (char& c : name) {
        const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
        const bool taken = letter || (c >= '0' && c <= '9') || c == '.' || c == '_' || c == '-';
        if (!taken) c = '-';
    }
    if (name != group) name += fmt::format(".{:016x}", hash64({group}));
    return name.append(suffix);
}

std::string state_topic(std::string_view group) {
    return topic_of_group(group, kStateSuffix);
}

std::optional<std::string> group_of_state(std::string_view topic) {
    if (!topic.ends_with(kStateSuffix)) return std::nullopt;
    topic.remove_suffix(kStateSuffix.size());
    constexpr std::size_t kHash = 16;
    const std::size_t dot = topic.rfind('.');
    const bool hashed =
        dot != std::string_view::npos && topic.size() - dot - 1 == kHash &&
        topic.find_first_not_of("0123456789abcdef", dot + 1) == std::string_view::npos;
    return hashed ? std::string{} : std::string{topic};
}

std::string encode_state_key(const StateKey& key) {
    std::string bytes;
    bytes.reserve(kPrefixBytes + key.key.size());
    for (const unsigned shift : {24U, 16U, 8U, 0U}) {
        bytes.push_back(byte_of(key.home.value, shift));
    }
    bytes.push_back(static_cast<char>(key.table));
    bytes.append(key.key);
    return bytes;
}

Result<StateKey> decode_state_key(std::string_view bytes) {
    if (bytes.size() < kPrefixBytes) {
        return Error{
            ErrorCode::kCorrupt,
            fmt::format(
                "a state record's key of {} bytes; only Sluice may write here", bytes.size()
            )};
    }
    return StateKey{
        HomeId{number_of(bytes.substr(0, 4))},
        static_cast<std::uint8_t>(bytes[4]),
        bytes.substr(kPrefixBytes)};
}

std::string encode_step(std::uint64_t number) {
    std::string bytes;
    ByteWriter{bytes}.u64(number);
    return bytes;
}

Result<std::uint64_t> decode_step(std::string_view bytes) {
    ByteReader reader{bytes};
    const std::uint64_t number = reader.u64();
    if (reader.at_end()) return number;
    return Error{ErrorCode::kCorrupt, "a state record's step is damaged"};
}

std::string encode_mark(const CommitMark& mark) {
    const std::string_view begin = mark.fence_only ? kFenceBegin : kMarkBegin;
    return fmt::format("{}{} {}", begin, mark.step, mark.transactional_id);
}

std::optional<CommitMark> decode_mark(std::string_view text) {
    CommitMark mark;
    mark.fence_only = text.starts_with(kFenceBegin);
    const std::string_view begin = mark.fence_only ? kFenceBegin : kMarkBegin;
    if (!text.starts_with(begin)) return std::nullopt;
    text.remove_prefix(begin.size());
    const char* end = text.data() + text.size();
    const auto [rest, error] = std::from_chars(text.data(), end, mark.step);
    if (error != std::errc{} || rest == end || *rest != ' ') return std::nullopt;
    mark.transactional_id.assign(rest + 1, end);
    if (mark.transactional_id.empty()) return std::nullopt;
    return mark;
}

}  // namespace sluice::log::kafka
