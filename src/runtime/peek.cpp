#include "runtime/peek.hpp"

#include <utility>

namespace sluice::runtime {

Result<std::optional<std::string>> peek_one(
    const log::Log& log, std::string_view group, HomeId home, log::Table table, std::string_view key
) {
    auto found = log.peek(group, home, table, key, 1);
    if (!found) return found.error();
    if (found.value().empty() || found.value().front().first != key) {
        return std::optional<std::string>{};
    }
    return std::optional{std::move(found.value().front().second)};
}

ScanTable tables_of(const log::Log& log, std::string group, HomeId home) {
    return [&log, group = std::move(group), home](
               log::Table table, std::string_view from, std::size_t limit
           ) { return log.peek(group, home, table, from, limit); };
}

}  // namespace sluice::runtime
