#include <sluice/outbox.hpp>

#include "event/base64.hpp"
#include "event/text.hpp"

#include <nlohmann/json.hpp>

#include <optional>
#include <string>

namespace sluice {

namespace {

constexpr std::string_view kPublish =
    "select sluice_publish(?, ?, ?, data => ?, id => ?, \"time\" => cast(? as timestamptz), "
    "datacontenttype => ?, dataschema => ?, extensions => cast(? as jsonb), "
    "bytes => decode(?, 'base64'))";

SqlValue text_or_null(const std::optional<std::string>& text) {
    return text ? SqlValue{*text} : SqlValue{};
}

SqlValue extensions_of(const Event& event) {
    if (event.extensions.empty()) return {};
    nlohmann::json members = nlohmann::json::object();
    for (const auto& [name, value] : event.extensions) members[name] = value;
    return members.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

}  // namespace

std::int64_t publish_in(Sql& sql, std::string_view domain, const Event& event) {
    if (!event.source.empty()) {
        throw SqlError{
            SqlError::Kind::kOther, "outbox: the database says the source; leave `source` empty"};
    }
    const bool is_text =
        event.data && event::is_utf8(*event.data) && event.data->find('\0') == std::string::npos;
    const SqlValue nothing{};
    const auto rows = sql.query(
        kPublish,
        {std::string{domain},
         event.subject,
         event.type,
         is_text ? SqlValue{*event.data} : nothing,
         event.id.empty() ? nothing : SqlValue{event.id},
         text_or_null(event.time),
         event.datacontenttype.value_or("application/json"),
         text_or_null(event.dataschema),
         extensions_of(event),
         event.data && !is_text ? SqlValue{event::to_base64(*event.data)} : nothing}
    );
    return rows.at(0).integer(0);
}

}  // namespace sluice
