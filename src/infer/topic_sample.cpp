#include "infer/topic_sample.hpp"

#include "base/hash.hpp"
#include "contract/json_pointer.hpp"
#include "event/kafka.hpp"
#include "event/limits.hpp"
#include "event/text.hpp"
#include "event/view.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <utility>

namespace sluice::infer {

namespace {

using Json = nlohmann::json;

constexpr std::size_t kCandidatesMax = 64;
constexpr std::uint64_t kTellingRecords = 10;  // fewer say nothing of what holds always

std::optional<Json> parsed(const std::optional<std::string>& value) {
    if (!value) return std::nullopt;
    Json json = Json::parse(*value, nullptr, false);
    return json.is_discarded() ? std::nullopt : std::optional{std::move(json)};
}

bool is_text(std::string_view bytes) {
    return std::all_of(
               bytes.begin(),
               bytes.end(),
               [](unsigned char byte) { return byte >= 0x20 && byte != 0x7f; }
           ) &&
           event::is_utf8(bytes);
}

/// "orderId", "order_id", "message-id", "id", "eventUuid".
bool named_like_an_id(std::string_view place) {
    std::string last{place.substr(place.find_last_of("/ ") + 1)};
    std::transform(last.begin(), last.end(), last.begin(), [](char letter) {
        return letter >= 'A' && letter <= 'Z' ? static_cast<char>(letter - 'A' + 'a') : letter;
    });
    return last.ends_with("id") || last.ends_with("key") || last.ends_with("uuid");
}

}  // namespace

void TopicSample::add(PartitionId partition, const Record& record) {
    if (event::is_tombstone(record)) return;
    ++records_;
    static const contract::Channel kAny;  // of no plain records: they are looked at below
    doctor::add_record(keys_, kAny, partitions_, partition, record);
    auto binary = event::to_binary(record, event::EventLimits{});
    const auto view = binary ? event::EventView::of(binary.value()) : std::nullopt;
    if (!view || event::mode_of(record) == event::ContentMode::kNone) return add_plain(record);
    Type& type = types_[std::string{view->type()}];
    ++type.events;
    type.numbered += view->extension(extension::kSourceSequence) ? 1 : 0;
    type.depending += view->extension(extension::kDependsOn) ? 1 : 0;
    if (!binary.value().value) return;
    if (const auto data = parsed(binary.value().value)) {
        type.data.add(*data);
    } else {
        ++type.not_json;
    }
}

void TopicSample::add_plain(const Record& record) {
    ++plain_;
    Type& type = types_[topic_];
    ++type.events;
    const std::string key = record.key.value_or("");
    if (record.key) {
        ++keyed_plain_;
        text_keys_ += is_text(key) ? 1 : 0;
        long_keys_ += key.size() == 8 ? 1 : 0;
    }
    for (const Header& header : record.headers) {
        if (!is_text(header.value)) continue;
        add_candidate(fmt::format("header: {}", header.name), std::string{header.value}, key);
    }
    const auto data = parsed(record.value);
    if (!data) {
        ++type.not_json;
        return;
    }
    type.data.add(*data);
    add_candidates(*data, "", key);
}

void TopicSample::add_candidates(
    const Json& value, const std::string& pointer, const std::string& key
) {
    if (!value.is_object()) return;
    for (const auto& [name, one] : value.items()) {
        const std::string place = fmt::format("{}/{}", pointer, contract::escaped_token(name));
        if (one.is_string()) add_candidate("pointer: " + place, one.get<std::string>(), key);
        if (one.is_number_integer()) add_candidate("pointer: " + place, one.dump(), key);
        if (pointer.empty()) add_candidates(one, place, key);
    }
}

void TopicSample::add_candidate(
    const std::string& place, const std::string& text, const std::string& key
) {
    if (candidates_.size() == kCandidatesMax && candidates_.find(place) == candidates_.end())
        return;
    Candidate& candidate = candidates_[place];
    ++candidate.seen;
    candidate.equals_key += text == key ? 1 : 0;
    candidate.distinct.insert(hash64(text));
}

bool TopicSample::by_crc32() const {
    return keys_.keyed > 0 && keys_.by_murmur2 < keys_.keyed && keys_.by_crc32 == keys_.keyed;
}

TopicSample::Keys TopicSample::key_kind() const {
    if (keyed_plain_ == 0) return Keys::kNone;
    if (text_keys_ == keyed_plain_) return Keys::kString;
    return long_keys_ == keyed_plain_ ? Keys::kInt64 : Keys::kBytes;
}

std::string TopicSample::subject_place() const {
    for (const auto& [place, candidate] : candidates_) {
        const bool always = candidate.seen == plain_ && candidate.equals_key == plain_;
        if (plain_ >= kTellingRecords && always && place.starts_with("pointer")) return place;
    }
    switch (keyed_plain_ == plain_ ? key_kind() : Keys::kNone) {
        case Keys::kString: return "key: string";
        case Keys::kInt64: return "key: int64";
        case Keys::kBytes: return "key: bytes";
        case Keys::kNone: break;
    }
    return {};
}

std::string TopicSample::id_place() const {
    for (const auto& [place, candidate] : candidates_) {
        const bool each_its_own = candidate.seen == plain_ && candidate.distinct.size() == plain_;
        if (plain_ >= kTellingRecords && each_its_own && named_like_an_id(place)) return place;
    }
    return {};
}

}  // namespace sluice::infer
