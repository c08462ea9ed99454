#include "twophase/decision.hpp"

#include "base/bytes.hpp"
#include "twophase/coordinator.hpp"

#include <fmt/format.h>

#include <limits>
#include <utility>

namespace sluice::twophase {

namespace {

constexpr std::uint8_t kVersion = 1;

Error corrupt(std::string_view why) {
    return Error{
        ErrorCode::kCorrupt, fmt::format("decision: {}; it is damaged or of another version", why)};
}

}  // namespace

std::string encode(const Decision& decision) {
    std::string out;
    ByteWriter writer{out};
    writer.u8(kVersion);
    writer.varint(decision.id.epoch);
    writer.varint(decision.id.number);
    writer.varint(decision.branches.size());
    for (const DecidedBranch& branch : decision.branches) {
        writer.bytes(branch.database);
        writer.u8(branch.settled ? 1 : 0);
    }
    return out;
}

Result<Decision> decode_decision(std::string_view bytes) {
    ByteReader reader{bytes};
    if (reader.u8() != kVersion) return corrupt("no version 1");
    Decision decision;
    const std::uint64_t epoch = reader.varint();
    decision.id.number = reader.varint();
    const std::uint64_t branches = reader.varint();
    if (!reader.ok() || epoch > std::numeric_limits<std::uint32_t>::max()) {
        return corrupt("cut short");
    }
    if (branches < 1 || branches > Options::kBranchesMax) {
        return corrupt(fmt::format("{} branches", branches));
    }
    decision.id.epoch = static_cast<std::uint32_t>(epoch);
    for (std::uint64_t at = 0; at < branches; ++at) {
        DecidedBranch branch;
        branch.database = reader.bytes();
        const std::uint8_t settled = reader.u8();
        if (settled > 1) return corrupt(fmt::format("no such mark as {}", settled));
        branch.settled = settled == 1;
        decision.branches.push_back(std::move(branch));
    }
    if (!reader.at_end()) return corrupt("cut short, or bytes too many");
    return decision;
}

}  // namespace sluice::twophase
