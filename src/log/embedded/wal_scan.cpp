#include "log/embedded/wal_scan.hpp"

#include "base/bytes.hpp"
#include "log/embedded/crc32c.hpp"
#include "log/embedded/keys.hpp"

#include <algorithm>
#include <optional>
#include <string>

namespace sluice::log {

namespace {

constexpr std::size_t kBlockBytes = 32'768;
constexpr std::size_t kHeaderBytes = 4 + 2 + 1;
constexpr std::size_t kHeadBytes = 8 + 4 + 1 + 2 + 1 + 8;  // of a batch, up to the group's number
constexpr std::uint8_t kPutToDefaultFamily = 1;
constexpr std::uint32_t kMaskDelta = 0xa282ead8U;

enum class FragmentType : std::uint8_t { kWhole = 1, kFirst = 2, kMiddle = 3, kLast = 4 };

struct Fragment {
    FragmentType type;
    std::string_view payload;
};

std::uint32_t unmask(std::uint32_t masked) {
    const std::uint32_t rotated = masked - kMaskDelta;
    return (rotated >> 17) | (rotated << 15);
}

std::optional<Fragment> fragment_at(std::string_view block, std::size_t at) {
    if (block.size() - at < kHeaderBytes) return std::nullopt;
    ByteReader header{block.substr(at, kHeaderBytes)};
    const std::uint32_t masked = header.u32();
    const std::size_t low = header.u8();
    const std::size_t length = low | static_cast<std::size_t>(header.u8()) << 8;
    const std::uint8_t type = header.u8();
    if (type < 1 || type > 4 || length > block.size() - at - kHeaderBytes) return std::nullopt;
    const std::string_view covered = block.substr(at + kHeaderBytes - 1, length + 1);
    if (crc32c(covered) != unmask(masked)) return std::nullopt;
    return Fragment{static_cast<FragmentType>(type), covered.substr(1)};
}

/// The group's number, from the first bytes of its batch.
std::optional<std::uint64_t> group_number(std::string_view head) {
    ByteReader batch{head.substr(0, kHeadBytes)};
    static_cast<void>(batch.u64());
    static_cast<void>(batch.u32());
    if (batch.u8() != kPutToDefaultFamily || batch.bytes() != kLastGroupKey) return std::nullopt;
    return parse_number(batch.bytes());
}

class Scanner {
public:
    void block(std::string_view bytes, std::size_t begin) {
        std::size_t at = 0;
        while (bytes.size() - at >= kHeaderBytes) {
            const std::optional<Fragment> fragment = fragment_at(bytes, at);
            if (!fragment) {
                damage();
                ++at;
                continue;
            }
            at += kHeaderBytes + fragment->payload.size();
            take(*fragment, begin + at);
        }
        const std::string_view rest = bytes.substr(at);
        const bool filled =
            bytes.size() == kBlockBytes && rest.find_first_not_of('\0') == std::string_view::npos;
        if (!rest.empty() && !filled) damage();
    }

    WalScan finish() {
        scan_.damaged_end = damaged_ || open_;
        return std::move(scan_);
    }

private:
    void damage() {
        damaged_ = true;
        open_ = false;
    }

    void take(const Fragment& fragment, std::uint64_t end) {
        const bool begins =
            fragment.type == FragmentType::kWhole || fragment.type == FragmentType::kFirst;
        if (begins == open_)
            damage();  // a first inside a group, or a part of one without its first
        if (begins) {
            head_.clear();
            open_ = true;
        }
        if (!open_) return;
        head_.append(fragment.payload.substr(0, kHeadBytes - std::min(kHeadBytes, head_.size())));
        if (fragment.type == FragmentType::kWhole || fragment.type == FragmentType::kLast)
            close(end);
    }

    void close(std::uint64_t end) {
        open_ = false;
        const std::optional<std::uint64_t> number = group_number(head_);
        if (!number) return damage();
        scan_.groups.push_back(WalGroup{*number, end, damaged_});
        scan_.whole_end = end;
        damaged_ = false;
    }

    WalScan scan_;
    std::string head_;  // the group's first bytes, gathered from its fragments
    bool open_{false};  // a first fragment was seen, its last was not
    bool damaged_{false};
};

}  // namespace

WalScan scan_wal(std::string_view file) {
    Scanner scanner;
    for (std::size_t begin = 0; begin < file.size(); begin += kBlockBytes) {
        scanner.block(file.substr(begin, kBlockBytes), begin);
    }
    return scanner.finish();
}

}  // namespace sluice::log
