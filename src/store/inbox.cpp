#include "store/inbox.hpp"

#include "base/assert.hpp"

namespace sluice::store {

namespace {

/// SQL has no unsigned integers: the same 64 bits.
std::int64_t signed_of(std::uint64_t value) {
    return static_cast<std::int64_t>(value);
}

}  // namespace

void Inbox::create(Session& session) {
    session.run_script(session.inbox_sql().create);
}

Inbox::Answer Inbox::advance(
    Session& session, std::string_view subject, Position to, std::uint64_t id_hash, Instant now
) const {
    const InboxSql& sql = session.inbox_sql();
    if (subject.size() > sql.subject_bytes_max) return Answer::kTooLong;
    const InboxMove move{
        domain_, subscription_, subject, signed_of(to.value), signed_of(id_hash), now.ms};
    if (sql.advance(session, move)) return Answer::kFirst;
    const auto row = read(session, subject);
    SLUICE_ASSERT(row.has_value() && row->last >= to);
    const bool other = row->last == to && row->last_id_hash != id_hash;
    return other ? Answer::kReused : Answer::kDuplicate;
}

std::int64_t Inbox::inherit(Session& session, std::string_view from_subscription, Instant now)
    const {
    return session.inbox_sql().inherit(
        session, {domain_, subscription_, from_subscription, now.ms}
    );
}

std::optional<Inbox::Row> Inbox::read(Session& session, std::string_view subject) const {
    const auto rows =
        session.query(session.inbox_sql().read, {domain_, subscription_, std::string{subject}});
    if (rows.empty()) return std::nullopt;
    return Row{
        Position{static_cast<std::uint64_t>(rows.front().integer(0))},
        static_cast<std::uint64_t>(rows.front().integer(1))};
}

}  // namespace sluice::store
