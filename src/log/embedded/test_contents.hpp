#pragma once

#include "log/embedded/files.hpp"
#include "log/log.hpp"

#include <fmt/format.h>

#include <filesystem>
#include <map>
#include <string>
#include <string_view>

namespace sluice::log::test {

/// Everything that a log answers, as text by name; what it refuses is its error's message.
using Contents = std::map<std::string, std::string>;

inline constexpr std::string_view kRefused = "refused: ";

namespace contents_detail {

template <class T, class Render>
std::string line(const Result<T>& answer, Render render) {
    if (!answer) return fmt::format("{}{}", kRefused, answer.error().message);
    return render(answer.value());
}

inline std::string records(const Log& log, const PartitionRef& of) {
    std::string all;
    const auto ends = log.ends(of);
    if (!ends) return fmt::format("{}{}", kRefused, ends.error().message);
    Offset from = ends.value().first;
    while (from < ends.value().committed) {
        const auto read = log.read(of, from, ReadLimits{});
        if (!read) return fmt::format("{}{}", kRefused, read.error().message);
        if (read.value().empty()) return all + "stops short";
        for (const StoredRecord& stored : *read) {
            all += fmt::format("{}={};", stored.offset.value, stored.record.value.value_or("-"));
        }
        from = read.value().back().offset.next();
    }
    return all;
}

}  // namespace contents_detail

/// `group`: whose consumed offsets and state (homes 0 and 1, table 1) are looked at.
inline Contents contents(const Log& log, std::string_view group) {
    using contents_detail::line;
    Contents all;
    const auto topics = log.topics();
    if (!topics) return {{"topics", fmt::format("{}{}", kRefused, topics.error().message)}};
    for (const TopicSpec& topic : *topics) {
        for (PartitionId at{0}; at.value < topic.partitions; at = at.next()) {
            const PartitionRef of{topic.name, at};
            const std::string name = fmt::format("{}/{}", topic.name, at.value);
            all["ends of " + name] = line(log.ends(of), [](const Ends& ends) {
                return fmt::format("{} to {}", ends.first.value, ends.committed.value);
            });
            all["records of " + name] = contents_detail::records(log, of);
            all["consumed of " + name] =
                line(log.consumed_by(group, of), [](const std::optional<Offset>& next) {
                    return next ? std::to_string(next->value) : "never";
                });
        }
    }
    for (HomeId home{0}; home.value < 2; home = home.next()) {
        all[fmt::format("state of home {}", home.value)] =
            line(log.peek(group, home, Table{1}, "", 1'000), [](const auto& entries) {
                std::string text;
                for (const auto& [key, value] : entries) text += fmt::format("{}={};", key, value);
                return text;
            });
    }
    return all;
}

/// Every file below a directory, with its bytes; without the diary that RocksDB keeps (LOG…).
inline std::map<std::string, std::string> files_below(const std::filesystem::path& directory) {
    std::map<std::string, std::string> all;
    for (const auto& entry : std::filesystem::recursive_directory_iterator{directory}) {
        const std::string name = entry.path().filename().string();
        if (!entry.is_regular_file() || name.rfind("LOG", 0) == 0) continue;
        all[std::filesystem::relative(entry.path(), directory).string()] =
            read_file(entry.path()).value();
    }
    return all;
}

}  // namespace sluice::log::test
