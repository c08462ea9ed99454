#include "commerce/oracle/oracle.hpp"

#include "commerce/oracle/scripts.hpp"
#include "commerce/oracle/staging.hpp"

#include <fmt/format.h>

#include <cstdlib>
#include <string>
#include <system_error>
#include <utility>

namespace sluice::commerce::oracle {

namespace fs = std::filesystem;

/// Where the scratch database lies; a temporary folder removes itself.
class Oracle::Folder {
public:
    static Result<std::shared_ptr<Folder>> open(const fs::path& wanted) {
        std::error_code failure;
        if (!wanted.empty()) {
            fs::create_directories(wanted, failure);
            if (failure) return Error{ErrorCode::kIo, wanted.string() + ": " + failure.message()};
            return std::make_shared<Folder>(wanted, false);
        }
        std::string name = (fs::temp_directory_path() / "sluice-oracle-XXXXXX").string();
        if (mkdtemp(name.data()) == nullptr) {
            return Error{ErrorCode::kIo, name + ": no temporary folder can be made there"};
        }
        return std::make_shared<Folder>(name, true);
    }

    Folder(fs::path path, bool temporary) : path_{std::move(path)}, temporary_{temporary} {}

    Folder(const Folder&) = delete;
    Folder& operator=(const Folder&) = delete;

    ~Folder() {
        std::error_code ignored;
        if (temporary_) fs::remove_all(path_, ignored);
    }

    [[nodiscard]] fs::path database() const { return path_ / "oracle.sqlite"; }

private:
    fs::path path_;
    bool temporary_;
};

namespace {

/// Raw files and additions that do not fit would make every difference meaningless.
Status check_input(Database& database) {
    auto faults = database.prepare(
        "SELECT rule, COUNT(*), MIN(place) FROM fault GROUP BY rule ORDER BY MIN(rowid)"
    );
    if (!faults) return faults.error();
    std::string text;
    for (;;) {
        auto row = faults->step();
        if (!row) return row.error();
        if (!row.value()) break;
        text += fmt::format(
            "{}{} ({}, first at {})",
            text.empty() ? "" : "; ",
            faults->text(0),
            faults->integer(1),
            faults->text(2)
        );
    }
    if (text.empty()) return ok();
    return Error{ErrorCode::kInvalidArgument, "the additions do not fit the raw files: " + text};
}

Status load_files(Database& database, const OracleInputs& inputs) {
    auto policy = write_policy(database, inputs.policy);
    if (!policy) return policy;
    for (const auto& file : raw_files()) {
        auto loaded = load(database, inputs.raw, file, inputs.policy.currency_digits);
        if (!loaded) return loaded;
    }
    for (const auto& file : addition_files()) {
        auto loaded = load(database, inputs.additions, file, inputs.policy.currency_digits);
        if (!loaded) return loaded;
    }
    return database.run("ANALYZE");  // or the planner guesses, and some joins become quadratic
}

Status fill(Database& database, const OracleInputs& inputs, const Progress& progress) {
    int done = 0;
    for (const auto& script : scripts()) {
        if (progress) progress(script.name, done++, static_cast<int>(scripts().size()));
        auto ran = database.run(std::string{script.sql});
        if (!ran) return ran.error().at(fmt::format("{}.sql", script.name));
        Status next = ok();
        if (script.name == "staging") next = load_files(database, inputs);
        if (script.name == "checks") next = check_input(database);
        if (!next) return next;
    }
    return ok();
}

}  // namespace

Result<Oracle> Oracle::calculate(const OracleInputs& inputs, const Progress& progress) {
    auto folder = Folder::open(inputs.scratch);
    if (!folder) return folder.error();
    auto database = Database::create(folder.value()->database());
    if (!database) return database.error();
    auto begun = database->run("BEGIN");
    if (!begun) return begun.error();
    auto filled = fill(*database, inputs, progress);
    if (!filled) return filled.error();
    auto committed = database->run("COMMIT");
    if (!committed) return committed.error();
    return Oracle{std::move(folder).value(), std::move(database).value()};
}

Result<Comparison> Oracle::compare(const fs::path& read_models, const Progress& progress) {
    return compare_tables(*database_, read_models, progress);
}

Result<ControlTotal> Oracle::control_total() {
    auto query = database_->prepare(control_total_sql());
    if (!query) return query.error();
    auto row = query->step();
    if (!row) return row.error();
    return ControlTotal{
        query->integer(0),
        query->integer(1),
        query->integer(2),
        query->integer(3),
        query->integer(4),
        query->integer(5)};
}

Result<Comparison> compare(const OracleInputs& inputs, const Progress& progress) {
    auto oracle = Oracle::calculate(inputs, progress);
    if (!oracle) return oracle.error();
    return oracle->compare(inputs.read_models, progress);
}

}  // namespace sluice::commerce::oracle
