#include "orchestrate/saga_tables.hpp"

#include "base/big_endian.hpp"
#include "saga/state_codec.hpp"

#include <fmt/format.h>

#include <utility>

namespace sluice::orchestrate {

std::string end_key(const saga::Instance& instance) {
    std::string key;
    put_big_endian(key, static_cast<std::uint64_t>(instance.ended_at.ms));
    return key + instance.id;
}

Result<EndEntry> decode_end_key(std::string_view key) {
    constexpr std::size_t kTimeBytes = 8;
    if (key.size() <= kTimeBytes) {
        return Error{ErrorCode::kCorrupt, "an ended saga's key is cut short"};
    }
    const auto ms = static_cast<std::int64_t>(get_big_endian(key.substr(0, kTimeBytes)));
    return EndEntry{Instant{ms}, std::string{key.substr(kTimeBytes)}};
}

/// It moves from the one table to the other in one step: it is asked for in that order.
Result<saga::Instance> look_up_saga(const log::Log& log, std::string_view id) {
    for (const log::Table table : {table::kOpen, table::kEnded}) {
        auto found = log.peek(kSagaGroup, kSagaHome, table, id, 1);
        if (!found) return found.error();
        if (!found->empty() && found->front().first == id) {
            return saga::decode_instance(found->front().second);
        }
    }
    return Error{
        ErrorCode::kNotFound,
        fmt::format("{}: there is no such saga, or it has ended long ago", id.substr(0, 128))};
}

Result<std::vector<saga::Instance>> list_sagas(
    const log::Log& log, bool ended, std::string_view from, std::size_t limit
) {
    const log::Table table = ended ? table::kEnded : table::kOpen;
    auto page = log.peek(kSagaGroup, kSagaHome, table, from, limit);
    if (!page) return page.error();
    std::vector<saga::Instance> sagas;
    for (const auto& [id, bytes] : page.value()) {
        auto saga = saga::decode_instance(bytes);
        if (!saga) return saga.error().at(id);
        sagas.push_back(std::move(saga).value());
    }
    return sagas;
}

}  // namespace sluice::orchestrate
