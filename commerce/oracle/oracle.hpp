#pragma once

#include <sluice/result.hpp>

#include "commerce/oracle/compare.hpp"
#include "commerce/oracle/policy.hpp"
#include "commerce/oracle/sqlite.hpp"

#include <cstdint>
#include <filesystem>
#include <memory>
#include <utility>

namespace sluice::commerce::oracle {

struct OracleInputs {
    std::filesystem::path raw;          ///< the five raw CSV files
    std::filesystem::path additions;    ///< orders.csv, items.csv, acts.csv, act_units.csv
    std::filesystem::path read_models;  ///< <service>.sqlite; only compare() looks there
    std::filesystem::path
        scratch{};  ///< oracle.sqlite is written and kept there; empty: a temporary one
    Policy policy{};
};

/// The query `control_total`. Always: listed + difference + without_items - unpaid = captured +
/// discounts.
struct ControlTotal {
    std::int64_t listed{};
    std::int64_t difference{};
    std::int64_t without_items{};
    std::int64_t unpaid{};
    std::int64_t discounts{};
    std::int64_t captured{};

    [[nodiscard]] std::int64_t total() const noexcept {
        return listed + difference + without_items - unpaid;
    }
};

/// The independent calculation: every table of docs/commerce/read-models.md in SQL over the files,
/// without a line of the services' code. Threads: one at a time. Lifetime: a temporary database
/// goes with it. Failure: kNotFound, kBadConfig, kInvalidArgument (file and line, or which rule
/// between raw files and additions is broken and where). Limits: 256 MiB of cache; the rest lies on
/// disk.
class Oracle {
public:
    [[nodiscard]] static Result<Oracle> calculate(
        const OracleInputs& inputs, const Progress& progress = {}
    );

    [[nodiscard]] Result<Comparison> compare(
        const std::filesystem::path& read_models, const Progress& progress = {}
    );

    [[nodiscard]] Result<ControlTotal> control_total();

    /// The tables oracle_<table> lie here.
    [[nodiscard]] Database& database() noexcept { return *database_; }

private:
    class Folder;

    Oracle(std::shared_ptr<Folder> folder, Database database)
        : folder_{std::move(folder)},
          database_{std::make_unique<Database>(std::move(database))} {}

    std::shared_ptr<Folder> folder_;  // outlives the database in it
    std::unique_ptr<Database> database_;
};

/// calculate(), then compare with `inputs.read_models`.
[[nodiscard]] Result<Comparison> compare(const OracleInputs& inputs, const Progress& progress = {});

}  // namespace sluice::commerce::oracle
