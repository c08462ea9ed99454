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
    const std::int64_t changed = session.execute(
        session.inbox_sql().advance,
        {domain_,
         subscription_,
         std::string{subject},
         signed_of(to.value),
         signed_of(id_hash),
         now.ms}
    );
    if (changed > 0) return Answer::kFirst;
    const auto row = read(session, subject);
    SLUICE_ASSERT(row.has_value() && row->last >= to);
    const bool other = row->last == to && row->last_id_hash != id_hash;
    return other ? Answer::kReused : Answer::kDuplicate;
}

std::int64_t Inbox::inherit(Session& session, std::string_view from_subscription, Instant now)
    const {
    return session.execute(
        session.inbox_sql().inherit,
        {subscription_, now.ms, domain_, std::string{from_subscription}}
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
