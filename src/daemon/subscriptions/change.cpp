#include "daemon/subscriptions/change.hpp"

#include "base/assert.hpp"

#include <fmt/format.h>

#include <array>
#include <utility>

namespace sluice::daemon {

namespace {

constexpr int kChangeVersion = 1;
constexpr std::array kActs{ChangeAct::kCreate, ChangeAct::kReplace, ChangeAct::kDelete};

Error no_change(std::string_view why) {
    return {ErrorCode::kCorrupt, fmt::format("a change of a subscription: {}", why)};
}

std::string text_at(const Json& json, const char* name) {
    const auto found = json.find(name);
    return found != json.end() && found->is_string() ? found->get<std::string>() : std::string{};
}

Json value_at(const Json& json, const char* name) {
    const auto found = json.find(name);
    return found == json.end() ? Json{} : *found;
}

Status read_begin(const Json& json, std::vector<Offset>& begin) {
    const Json list = value_at(json, "begin");
    if (list.is_null()) return ok();
    if (!list.is_array()) return no_change("begin is no list");
    for (const Json& offset : list) {
        if (!offset.is_number_integer()) return no_change("begin has what is no offset");
        begin.push_back(Offset{offset.get<std::int64_t>()});
    }
    return ok();
}

}  // namespace

std::string_view to_string(ChangeAct act) {
    switch (act) {
        case ChangeAct::kCreate: return "create";
        case ChangeAct::kReplace: return "replace";
        case ChangeAct::kDelete: return "delete";
    }
    SLUICE_UNREACHABLE();
}

Record encode_change(const Change& change) {
    Json json{
        {"v", kChangeVersion},
        {"act", to_string(change.act)},
        {"name", change.name},
        {"domain", change.domain}};
    if (change.act != ChangeAct::kCreate) json["revision"] = change.revision;
    if (!change.definition.is_null()) json["definition"] = change.definition;
    if (!change.before.is_null()) json["before"] = change.before;
    if (!change.begin.empty()) {
        Json& begin = json["begin"] = Json::array();
        for (const Offset offset : change.begin) begin.push_back(offset.value);
    }
    json["by"] = change.by;
    json["reason"] = change.reason;
    json["at"] = to_rfc3339(change.at);
    return {change.name, to_text(json), {}, change.at};
}

Result<Change> decode_change(const Record& record) {
    const Json json = Json::parse(record.value.value_or(""), nullptr, false);
    if (!json.is_object()) return no_change("it is no JSON object");
    const Json version = value_at(json, "v");
    if (!version.is_number_integer()) return no_change("it has no version");
    const std::string act = text_at(json, "act");
    Change change;
    bool known = version.get<int>() == kChangeVersion;
    if (known) {
        known = false;
        for (const ChangeAct one : kActs) {
            if (act != to_string(one)) continue;
            change.act = one;
            known = true;
        }
    }
    if (!known) {
        return Error{
            ErrorCode::kUnsupported,
            fmt::format(
                "a newer Sluice wrote it: version {}, act '{}'", version.get<std::int64_t>(), act
            )};
    }
    change.name = text_at(json, "name");
    change.domain = text_at(json, "domain");
    if (change.name.empty()) return no_change("it names no subscription");
    const Json revision = value_at(json, "revision");
    if (revision.is_number_unsigned()) change.revision = revision.get<std::uint64_t>();
    change.definition = value_at(json, "definition");
    if (change.act != ChangeAct::kDelete && !change.definition.is_object()) {
        return no_change("it has no definition");
    }
    change.before = value_at(json, "before");
    if (const Status read = read_begin(json, change.begin); !read) return read.error();
    change.by = text_at(json, "by");
    change.reason = text_at(json, "reason");
    if (const auto at = parse_rfc3339(text_at(json, "at"))) change.at = at.value();
    return change;
}

}  // namespace sluice::daemon
