#include "outbox/relay/relay.hpp"

#include "outbox/relay/relay_session.hpp"

#include <algorithm>
#include <utility>

namespace sluice::outbox {

Status Relay::run(const StopBell& stop) {
    bool was_there = false;
    std::uint32_t attempts = 0;
    while (!stop.rung()) {
        auto connection = PgConnection::open(options_.database, "sluice outbox");
        Status ended = ok();
        if (connection) {
            const Instant began = steady_now();
            RelaySession session{std::move(connection).value(), options_, *sink_, probe_, notice_};
            ended = session.run(stop);
            if (ended) return ok();
            if (steady_now() - began > options_.beat) {
                was_there = true;
                attempts = 0;
            }
        } else {
            ended = connection.error();
        }
        if (!was_there && ended.error().code == ErrorCode::kBadConfig) return ended;
        ++probe_.sessions_lost;
        notice_("the outbox's database is lost; trying again", ended.error());
        attempts = std::min(attempts + 1, std::uint32_t{1'000});
        const Milliseconds wait = dispatch::wait_after(options_.retry, attempts, attempts);
        if (stop.wait_ms(static_cast<int>(wait.count()))) break;
    }
    return ok();
}

}  // namespace sluice::outbox
