#include "event/command_frame.hpp"

#include <fmt/format.h>

#include <string>
#include <utility>

namespace sluice::event {

namespace {

constexpr std::uint8_t kVersion = 1;
constexpr std::string_view kSource = "/sluice";

}  // namespace

Record command_record(const CommandFrame& frame, std::string_view about, std::string verb) {
    Record record;
    record.key = frame.subject;
    record.time = frame.at;
    ByteWriter out{record.value.emplace()};
    out.u8(kVersion);
    out.bytes(frame.id);
    out.bytes(frame.by);
    out.bytes(frame.why);
    out.u64(static_cast<std::uint64_t>(frame.at.ms));
    record.headers = {
        {"ce_specversion", "1.0"},
        {"ce_id", frame.id},
        {"ce_source", kSource},
        {"ce_type", kCommandType},
        {"ce_subject", about},
        {"ce_time", to_rfc3339(frame.at)},
        {kCommandHeader, verb},
    };
    return record;
}

void mark_as_one_of(Record& command, std::size_t count) {
    const std::string verb{command.headers.back().value};
    command.headers.pop_back();
    command.headers.push_back({kCommandsHeader, fmt::to_string(count)});
    command.headers.push_back({kCommandHeader, verb});
}

bool is_command(const Record& record) {
    return !record.headers.empty() && record.headers.back().name == kCommandHeader;
}

Error CommandReader::damaged(std::string_view what) const {
    return Error{ErrorCode::kCorrupt, fmt::format("{}: {}", kind_, what)};
}

Result<CommandReader::Opened> CommandReader::open(const Record& record) const {
    if (!is_command(record)) {
        return damaged("no header `sluice-command` at the end; only Sluice may write this topic");
    }
    if (!record.key.has_value()) return damaged("no key, which should be the subject");
    if (!record.value.has_value()) return damaged("no value");
    Opened opened{{}, ByteReader{*record.value}};
    ByteReader& in = opened.body;
    if (const std::uint8_t version = in.u8(); version != kVersion) {
        return damaged(fmt::format("version {}, known is {}", version, kVersion));
    }
    CommandFrame& frame = opened.frame;
    frame.subject = *record.key;
    frame.id = in.bytes();
    frame.by = in.bytes();
    frame.why = in.bytes();
    frame.at = Instant{static_cast<std::int64_t>(in.u64())};
    if (!in.ok()) return damaged("cut short");
    return opened;
}

Status CommandReader::close(const ByteReader& body, bool known) const {
    if (!body.ok()) return damaged("cut short");
    if (!known) return damaged("a verb or a winner that is not known");
    if (!body.at_end()) return damaged("bytes too many");
    return ok();
}

}  // namespace sluice::event
