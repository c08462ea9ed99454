#include "runtime/states/state_tables.hpp"

#include "base/bytes.hpp"
#include "runtime/domain/peek.hpp"

#include <fmt/format.h>

namespace sluice::runtime {

namespace {

Error damaged_progress() {
    return Error{ErrorCode::kCorrupt, "state at positions: how far it is: cut or too long"};
}

}  // namespace

std::string state_group(std::string_view domain) {
    return fmt::format("state.{}", domain);
}

std::string encode_states_until(Offset next) {
    std::string value;
    ByteWriter{value}.varint(static_cast<std::uint64_t>(next.value));
    return value;
}

Result<Offset> decode_states_until(std::string_view value) {
    ByteReader in{value};
    const auto next = static_cast<std::int64_t>(in.varint());
    if (!in.at_end() || next < 0) return damaged_progress();
    return Offset{next};
}

std::string encode_states_reducer(std::uint64_t fingerprint) {
    std::string value;
    ByteWriter{value}.u64(fingerprint);
    return value;
}

Result<std::uint64_t> decode_states_reducer(std::string_view value) {
    ByteReader in{value};
    const std::uint64_t fingerprint = in.u64();
    if (!in.at_end()) return damaged_progress();
    return fingerprint;
}

Result<std::optional<StatesProgress>> states_progress(
    const log::Log& log, std::string_view domain, HomeId home
) {
    const std::string group = state_group(domain);
    const auto until = peek_one(log, group, home, table::kStatesProgress, kStatesUntil);
    if (!until) return until.error();
    if (!until.value()) return std::optional<StatesProgress>{};
    const auto next = decode_states_until(*until.value());
    if (!next) return next.error();
    const auto reducer = peek_one(log, group, home, table::kStatesProgress, kStatesReducer);
    if (!reducer) return reducer.error();
    return std::optional{StatesProgress{next.value(), !reducer.value().has_value()}};
}

}  // namespace sluice::runtime
