#include "sequence/ordered.hpp"

#include <sluice/event.hpp>

#include "base/bytes.hpp"
#include "event/kafka.hpp"
#include "sequence/wire.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string>
#include <utility>

namespace sluice::sequence {

namespace {

using event::header_name;

constexpr std::uint8_t kOrderedVersion = 1;
constexpr std::uint8_t kClosesFlag = 1;
constexpr std::size_t kOursBytesAbout = 128;  // headers that we add
constexpr std::size_t kFactsBytes = 96;       // of an event's facts without texts, about

std::string encode(const OrderedFacts& facts) {
    std::string bytes;
    bytes.reserve(kFactsBytes + facts.source.size() + facts.origin.channel.size());
    ByteWriter out{bytes};
    out.u8(kOrderedVersion);
    out.u8(static_cast<std::uint8_t>(facts.kind));
    out.u8(facts.closes ? kClosesFlag : 0);
    out.varint(facts.position.value);
    out.bytes(facts.source);
    wire::put(out, facts.number);
    wire::put(out, facts.skipped_from);
    out.bytes(facts.wanted);
    out.u64(facts.id_hash);
    out.u64(facts.content_hash);
    wire::put(out, facts.marks);
    wire::put(out, facts.released_at);
    wire::put(out, facts.origin);
    return bytes;
}

std::string json_string(std::string_view text) {
    std::string out = "\"";
    for (const char c : text) {
        if (c == '"' || c == '\\') {
            out += {'\\', c};
        } else if (static_cast<unsigned char>(c) < 0x20) {
            out += fmt::format("\\u{:04x}", static_cast<unsigned>(c));
        } else {
            out += c;
        }
    }
    return out + '"';
}

std::string gap_data(const OrderedFacts& facts) {
    if (!facts.number.has_value())
        return fmt::format("{{\"wanted\":{}}}", json_string(facts.wanted));
    return fmt::format(
        "{{\"wanted\":{},\"source\":{},\"from\":{},\"to\":{}}}",
        json_string(facts.wanted),
        json_string(facts.source),
        facts.skipped_from.value_or(*facts.number).value,
        facts.number->value
    );
}

Record gap_record(const OrderedFacts& facts) {
    Record record;
    record.time = facts.released_at;
    record.value = gap_data(facts);
    record.headers = {
        {header_name("specversion"), "1.0"},
        {header_name("id"), fmt::format("gap.{}.{}", facts.subject, facts.position.value)},
        {header_name("source"), std::string{kGapSource}},
        {header_name("type"), std::string{kGapType}},
        {header_name("subject"), facts.subject},
        {header_name("time"), to_rfc3339(facts.released_at)},
        {"content-type", "application/json"},
    };
    return record;
}

Error damaged_ordered(std::string_view what) {
    return Error{ErrorCode::kCorrupt, fmt::format("ordered record: {}", what)};
}

bool is_known(std::uint8_t kind) {
    return kind >= static_cast<std::uint8_t>(OrderedKind::kEvent) &&
           kind <= static_cast<std::uint8_t>(OrderedKind::kLate);
}

}  // namespace

bool is_ours(const Header& header) {
    std::string_view name = header.name;
    if (name == kFactsHeader || name == kChosenHeader) return true;
    if (!name.starts_with(event::kHeaderPrefix)) return false;
    name.remove_prefix(event::kHeaderPrefix.size());
    return name == extension::kSubjectPosition || name == extension::kSubjectInvalid ||
           name == extension::kSubjectLate;
}

Record to_ordered(Release release) {
    const OrderedFacts& facts = release.facts;
    Record record = facts.kind == OrderedKind::kGap ? gap_record(facts) : std::move(release.record);
    record.headers.erase_if(is_ours);
    record.headers.reserve_bytes(kOursBytesAbout);
    record.key = facts.subject;
    const auto add = [&](std::string_view name, std::string_view value) {
        record.headers.push_back({name, value});
    };
    add(kFactsHeader, encode(facts));
    add(header_name(extension::kSubjectPosition), fmt::to_string(facts.position.value));
    if (!release.invalid.empty()) add(header_name(extension::kSubjectInvalid), release.invalid);
    if (facts.kind == OrderedKind::kLate) add(header_name(extension::kSubjectLate), "true");
    if (!release.chosen.empty()) add(kChosenHeader, release.chosen);
    return record;
}

Result<OrderedFacts> facts_of(const Record& record) {
    const auto header = record.header(kFactsHeader);
    if (!header.has_value())
        return damaged_ordered("no header `sluice`; only Sluice may write this topic");
    if (!record.key.has_value()) return damaged_ordered("no key, which should be the subject");
    ByteReader in{*header};
    if (const std::uint8_t version = in.u8(); version != kOrderedVersion) {
        return damaged_ordered(fmt::format("header `sluice` has version {}, known is 1", version));
    }
    const std::uint8_t kind = in.u8();
    if (!is_known(kind))
        return damaged_ordered(fmt::format("header `sluice` has the unknown kind {}", kind));
    OrderedFacts facts;
    facts.kind = static_cast<OrderedKind>(kind);
    facts.subject = *record.key;
    facts.closes = (in.u8() & kClosesFlag) != 0;
    facts.position.value = in.varint();
    facts.source = in.bytes();
    facts.number = wire::get_number(in);
    facts.skipped_from = wire::get_number(in);
    facts.wanted = in.bytes();
    facts.id_hash = in.u64();
    facts.content_hash = in.u64();
    facts.marks = wire::get_marks(in);
    facts.released_at = wire::get_instant(in);
    facts.origin = wire::get_origin(in);
    if (!in.at_end()) return damaged_ordered("header `sluice` is cut short or has bytes too many");
    return facts;
}

}  // namespace sluice::sequence
