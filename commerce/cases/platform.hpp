#pragma once

#include "commerce/events/test_sql.hpp"
#include "commerce/oracle/compare.hpp"
#include "commerce/run/services.hpp"

#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace sluice::commerce::test {

/// All tables of a service that docs/commerce/read-models.md names, row by row, as text.
inline std::string tables_of(Sql& sql, std::string_view service) {
    std::string text;
    for (const oracle::ReadModel& model : oracle::read_models()) {
        if (model.service != service) continue;
        const std::string table{model.table};
        text += table + '\n' + rows(sql, "SELECT * FROM " + table + " ORDER BY 1, 2, 3");
    }
    return text;
}

/// The nine services, each on a database in memory; settlement's two parts share one.
class Platform {
public:
    explicit Platform(const Policy& policy) : parts_{all_services(policy)} {
        for (const ServicePart& part : parts_)
            databases_.try_emplace(name_of(part), part.service.schema());
    }

    /// Gives the event to whoever wants it; empty, or who refused it and why: "sales:
    /// unit_not_open".
    std::string give(const Event& event) {
        std::string refused;
        for (const ServicePart& part : parts_) {
            const bool of_calendar = event.source == "/calendar";
            if (of_calendar != (part.domain == "calendar")) continue;
            const std::string answer =
                test::give(part.service, event, databases_.at(name_of(part)));
            if (answer != "done" && answer != "not subscribed")
                refused += name_of(part) + ": " + answer + "; ";
        }
        return refused;
    }

    /// The rows of a service's query, on one line: "a b; c d".
    std::string query(const std::string& service, std::string_view text) {
        std::string found = rows(databases_.at(service), text);
        if (!found.empty()) found.pop_back();
        for (std::size_t at = 0; (at = found.find('\n', at)) != std::string::npos;)
            found.replace(at, 1, "; ");
        return found;
    }

    std::string tables(const std::string& service) {
        return tables_of(databases_.at(service), service);
    }

    /// Every row of every table of docs/commerce/read-models.md.
    std::string everything() {
        std::string text;
        for (auto& [service, sql] : databases_) text += tables_of(sql, service);
        return text;
    }

    [[nodiscard]] static std::string name_of(const ServicePart& part) {
        return part.database.substr(0, part.database.find('.'));
    }

private:
    std::vector<ServicePart> parts_;
    std::map<std::string, MemorySql> databases_;
};

}  // namespace sluice::commerce::test
