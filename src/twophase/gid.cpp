#include "twophase/gid.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <optional>
#include <system_error>

namespace sluice::twophase {

namespace {

constexpr std::string_view kPrefix = "sluice/";

/// The number in front, as to_string writes it: no sign, no leading zero; taken off the text.
template <class Number>
std::optional<Number> take_number(std::string_view& text) {
    const std::string_view digits = text.substr(0, text.find('/'));
    Number value{};
    const char* end = digits.data() + digits.size();
    const auto [stop, failure] = std::from_chars(digits.data(), end, value);
    if (failure != std::errc{} || stop != end) return std::nullopt;
    if (digits.size() > 1 && digits.front() == '0') return std::nullopt;
    text.remove_prefix(std::min(text.size(), digits.size() + 1));
    return value;
}

}  // namespace

std::string to_string(const TransactionId& id) {
    return fmt::format("{}/{}", id.epoch, id.number);
}

Result<TransactionId> parse_transaction_id(std::string_view text) {
    std::string_view rest = text;
    const bool two = std::count(text.begin(), text.end(), '/') == 1 && !text.ends_with('/');
    const auto epoch = take_number<std::uint32_t>(rest);
    const auto number = epoch ? take_number<std::uint64_t>(rest) : std::nullopt;
    if (!two || !number) {
        return Error{
            ErrorCode::kInvalidArgument,
            fmt::format("\"{}\" is no transaction: they are written 3/17", text.substr(0, 100))};
    }
    return TransactionId{*epoch, *number};
}

std::string to_string(const Gid& gid) {
    return fmt::format("{}{}/{}/{}", kPrefix, gid.coordinator, to_string(gid.id), gid.branch);
}

Result<Gid> parse_gid(std::string_view text) {
    const auto none = [&] {
        return Error{
            ErrorCode::kInvalidArgument,
            fmt::format("\"{}\" is no transaction of Sluice's", text.substr(0, 200))};
    };
    if (!text.starts_with(kPrefix) || std::count(text.begin(), text.end(), '/') != 4) return none();
    std::string_view rest = text.substr(kPrefix.size());
    Gid gid;
    gid.coordinator = rest.substr(0, rest.find('/'));
    if (!is_coordinator_name(gid.coordinator) || text.ends_with('/')) return none();
    rest.remove_prefix(gid.coordinator.size() + 1);
    const auto epoch = take_number<std::uint32_t>(rest);
    const auto number = epoch ? take_number<std::uint64_t>(rest) : std::nullopt;
    const auto branch = number ? take_number<std::uint32_t>(rest) : std::nullopt;
    if (!branch) return none();
    gid.id = {*epoch, *number};
    gid.branch = *branch;
    return gid;
}

bool is_coordinator_name(std::string_view text) {
    const auto letter = [](char c) { return c >= 'a' && c <= 'z'; };
    return !text.empty() && text.size() <= Gid::kCoordinatorMax && letter(text.front()) &&
           std::all_of(text.begin(), text.end(), [&](char c) {
               return letter(c) || (c >= '0' && c <= '9') || c == '-';
           });
}

}  // namespace sluice::twophase
