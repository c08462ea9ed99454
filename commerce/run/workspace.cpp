#include "commerce/run/workspace.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <cerrno>
#include <fcntl.h>
#include <fstream>
#include <iterator>
#include <random>
#include <system_error>
#include <unistd.h>
#include <utility>

namespace sluice::commerce {

namespace {

namespace fs = std::filesystem;

nlohmann::ordered_json to_json(const RunOptions& options) {
    nlohmann::ordered_json json;
    if (options.data.empty()) {
        json["orders"] = options.orders;
    } else {
        json["data"] = options.data;
    }
    json["seed"] = options.seed;
    if (options.chaos.has_value()) json["chaos"] = *options.chaos;
    if (!options.log.empty()) json["log"] = options.log;
    return json;
}

/// Takes the member's number, if there is one; false if it is anything else.
bool take_number(const nlohmann::json& from, const char* name, std::uint64_t& number) {
    const auto member = from.find(name);
    if (member == from.end()) return true;
    if (!member->is_number_unsigned()) return false;
    number = member->get<std::uint64_t>();
    return true;
}

bool take_text(const nlohmann::json& from, const char* name, std::string& text) {
    const auto member = from.find(name);
    if (member == from.end()) return true;
    if (!member->is_string()) return false;
    text = member->get<std::string>();
    return true;
}

Result<RunOptions> read_options(const fs::path& file) {
    std::ifstream in{file};
    const auto json = nlohmann::json::parse(in, nullptr, false);
    const auto damaged = [&file](std::string_view what) {
        return Error{ErrorCode::kCorrupt, fmt::format("{}: {}", file.string(), what)};
    };
    if (!json.is_object()) return damaged("no JSON object");
    RunOptions options;
    std::uint64_t chaos = 0;
    if (!take_number(json, "orders", options.orders)) return damaged("'orders' is no count");
    if (!take_number(json, "seed", options.seed)) return damaged("'seed' is no number");
    if (!take_number(json, "chaos", chaos)) return damaged("'chaos' is no number");
    if (json.contains("chaos")) options.chaos = chaos;
    if (!take_text(json, "data", options.data)) return damaged("'data' is no text");
    if (!take_text(json, "log", options.log)) return damaged("'log' is no text");
    return options;
}

Result<fs::path> temporary_directory() {
    std::error_code failed;
    std::string path = (fs::temp_directory_path(failed) / "sluice-run-XXXXXX").string();
    if (failed || ::mkdtemp(path.data()) == nullptr) {
        return Error{
            ErrorCode::kIo, fmt::format("cannot make a temporary directory {}: use --state", path)};
    }
    return fs::path{path};
}

Status make_directories(const fs::path& root) {
    for (const fs::path& path : {root, root / "log", root / "read-models"}) {
        std::error_code failed;
        fs::create_directories(path, failed);
        if (failed) {
            return Error{
                ErrorCode::kIo, fmt::format("cannot make {}: {}", path.string(), failed.message())};
        }
    }
    return ok();
}

Error failed(std::string_view what, const fs::path& path) {
    const std::string why = std::generic_category().message(errno);
    return Error{ErrorCode::kIo, fmt::format("cannot {} {}: {}", what, path.string(), why)};
}

Status write_all(int file, std::string_view text, const fs::path& path) {
    while (!text.empty()) {
        const ssize_t wrote = ::write(file, text.data(), text.size());
        if (wrote < 0) return failed("write", path);
        text.remove_prefix(static_cast<std::size_t>(wrote));
    }
    if (::fsync(file) != 0) return failed("sync", path);
    return ok();
}

}  // namespace

Status write_file(const fs::path& path, std::string_view text) {
    const fs::path fresh = path.string() + ".new";
    const int file = ::open(fresh.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
    if (file < 0) return failed("open", fresh);
    Status written = write_all(file, text, fresh);
    static_cast<void>(::close(file));
    if (!written) return written;
    if (::rename(fresh.c_str(), path.c_str()) != 0) return failed("rename to", path);
    return ok();
}

Result<Workspace> Workspace::open(const RunOptions& options) {
    RunOptions wanted = options;
    if (!wanted.data.empty()) {
        std::error_code unknown;
        wanted.data = fs::canonical(wanted.data, unknown).string();
        if (unknown)
            return Error{ErrorCode::kNotFound, fmt::format("no such directory: {}", options.data)};
    }
    const bool temporary = options.state.empty();
    auto root = temporary ? temporary_directory() : Result<fs::path>{fs::path{options.state}};
    if (!root.has_value()) return root.error();
    wanted.state = root.value().string();
    if (const Status made = make_directories(root.value()); !made) return made.error();
    const fs::path file = root.value() / "run.json";
    if (!fs::exists(file)) {
        const std::string prefix = fmt::format("run-{:08x}.", std::random_device{}());
        if (const Status written = write_file(root.value() / "prefix", prefix); !written)
            return written.error();
        if (const Status written = write_file(file, to_json(wanted).dump() + "\n"); !written)
            return written.error();
        return Workspace{root.value(), wanted, temporary};
    }
    const auto there = read_options(file);
    if (!there.has_value()) return there.error();
    if (to_json(there.value()) != to_json(wanted)) {
        return Error{
            ErrorCode::kInvalidArgument,
            fmt::format(
                "{} holds another run: {} and not {}; ask for the same, or name another directory",
                wanted.state,
                to_json(there.value()).dump(),
                to_json(wanted).dump()
            )};
    }
    return Workspace{root.value(), wanted, temporary};
}

Result<Workspace> Workspace::existing(const std::string& state) {
    const fs::path root{state};
    if (!fs::exists(root / "run.json")) {
        return Error{
            ErrorCode::kNotFound,
            fmt::format("{} holds no run of `sluice commerce run --state`", state)};
    }
    auto options = read_options(root / "run.json");
    if (!options.has_value()) return options.error();
    options.value().state = state;
    return Workspace{root, std::move(options).value(), false};
}

Workspace::Workspace(Workspace&& other) noexcept
    : root_{std::move(other.root_)},
      options_{std::move(other.options_)},
      temporary_{std::exchange(other.temporary_, false)} {}

Workspace::~Workspace() {
    std::error_code ignored;  // what is left of a temporary directory harms nobody
    if (temporary_) fs::remove_all(root_, ignored);
}

std::string Workspace::kafka_prefix() const {
    std::ifstream in{root_ / "prefix"};
    return {std::istreambuf_iterator<char>{in}, {}};
}

fs::path Workspace::raw() const {
    return options_.data.empty() ? root_ / "raw" : fs::path{options_.data};
}

}  // namespace sluice::commerce
