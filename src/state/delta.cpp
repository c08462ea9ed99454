#include "state/delta.hpp"

#include "base/bytes.hpp"

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <iterator>
#include <optional>
#include <utility>
#include <vector>

namespace sluice::state {

namespace {

constexpr std::size_t kBlock = 8;  // a shorter piece is not worth its numbers

struct Piece {
    std::size_t from{};  ///< of the text before
    std::size_t stay{};
    std::string_view added;  ///< behind it
};

std::uint64_t zigzag_of(std::int64_t value) {
    return (static_cast<std::uint64_t>(value) << 1U) ^ static_cast<std::uint64_t>(value >> 63);
}

std::int64_t from_zigzag(std::uint64_t value) {
    return static_cast<std::int64_t>((value >> 1U) ^ (~(value & 1U) + 1U));
}

std::uint64_t block_at(std::string_view text, std::size_t at) {
    std::uint64_t block = 0;
    std::memcpy(&block, text.data() + at, kBlock);
    return block;
}

std::size_t same_begin(std::string_view a, std::string_view b) {
    const std::size_t most = std::min(a.size(), b.size());
    std::size_t same = 0;
    while (same < most && a[same] == b[same]) ++same;
    return same;
}

std::size_t same_end(std::string_view a, std::string_view b) {
    const std::size_t most = std::min(a.size(), b.size());
    std::size_t same = 0;
    while (same < most && a[a.size() - same - 1] == b[b.size() - same - 1]) ++same;
    return same;
}

/// Where the blocks of a text stand.
class Blocks {
public:
    explicit Blocks(std::string_view text) {
        if (text.size() < kBlock || text.size() > kDeltaMiddleMax) return;
        places_.reserve(text.size() - kBlock + 1);
        for (std::size_t at = 0; at + kBlock <= text.size(); ++at) {
            places_.emplace_back(block_at(text, at), static_cast<std::uint32_t>(at));
        }
        std::sort(places_.begin(), places_.end());
    }

    /// Preferably behind `from`: texts mostly keep their order.
    [[nodiscard]] std::optional<std::size_t> find(std::uint64_t block, std::size_t from) const {
        const auto wanted = std::pair{block, static_cast<std::uint32_t>(from)};
        const auto found = std::lower_bound(places_.begin(), places_.end(), wanted);
        if (found != places_.end() && found->first == block) return found->second;
        if (found == places_.begin()) return std::nullopt;
        const auto& before = *std::prev(found);
        return before.first == block ? std::optional{before.second} : std::nullopt;
    }

    [[nodiscard]] bool empty() const { return places_.empty(); }

private:
    std::vector<std::pair<std::uint64_t, std::uint32_t>> places_;
};

/// Between the ends that both have: greedily, the longest piece that begins with the next block.
void add_middle(
    std::string_view before, std::string_view after, std::size_t offset, std::vector<Piece>& pieces
) {
    const Blocks blocks{before};
    std::size_t from = 0;
    std::size_t added = 0;
    std::size_t at = 0;
    while (!blocks.empty() && at + kBlock <= after.size()) {
        const auto found = blocks.find(block_at(after, at), from);
        if (!found) {
            ++at;
            continue;
        }
        pieces.back().added = after.substr(added, at - added);
        const std::size_t stay = same_begin(before.substr(*found), after.substr(at));
        pieces.push_back({offset + *found, stay, {}});
        from = *found + stay;
        at += stay;
        added = at;
    }
    pieces.back().added = after.substr(added);
}

}  // namespace

std::string delta_between(std::string_view before, std::string_view after) {
    const std::size_t head = same_begin(before, after);
    const std::size_t tail = same_end(before.substr(head), after.substr(head));
    std::vector<Piece> pieces{{0, head, {}}};
    add_middle(
        before.substr(head, before.size() - head - tail),
        after.substr(head, after.size() - head - tail),
        head,
        pieces
    );
    if (tail > 0) pieces.push_back({before.size() - tail, tail, {}});
    std::string delta;
    ByteWriter out{delta};
    std::size_t end = 0;
    for (const Piece& one : pieces) {
        out.varint(zigzag_of(static_cast<std::int64_t>(one.from) - static_cast<std::int64_t>(end)));
        out.varint(one.stay);
        out.bytes(one.added);
        end = one.from + one.stay;
    }
    return delta;
}

std::optional<std::string> patched(std::string_view before, std::string_view delta) {
    std::string after;
    ByteReader in{delta};
    std::size_t end = 0;
    while (!in.at_end()) {
        const std::int64_t skipped = from_zigzag(in.varint());
        const std::uint64_t stay = in.varint();
        const std::string_view added = in.bytes();
        // Beyond the text, or before it: as unsigned, far beyond.
        const std::size_t from = end + static_cast<std::size_t>(skipped);
        if (!in.ok() || from > before.size() || stay > before.size() - from) return std::nullopt;
        after += before.substr(from, stay);
        after += added;
        end = from + stay;
    }
    return after;
}

}  // namespace sluice::state
