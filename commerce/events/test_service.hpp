#pragma once

#include "commerce/events/test_sql.hpp"

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace sluice::commerce::test {

/// A service on an empty database of its own, fed by hand.
class ServiceTest : public testing::Test {
protected:
    explicit ServiceTest(Service service) : service_{std::move(service)}, sql_{service_.schema()} {}

    /// "done", "not subscribed", or why the event is dead.
    virtual std::string give(const Event& event) { return test::give(service_, event, sql_); }

    void done(const Event& event) { ASSERT_EQ(give(event), "done") << event.id; }

    /// Every one that the service wants is done.
    void give_all(const std::vector<Event>& events) {
        for (const Event& event : events) {
            const std::string answer = give(event);
            ASSERT_TRUE(answer == "done" || answer == "not subscribed")
                << event.id << ": " << answer;
        }
    }

    std::string query(std::string_view text) { return rows(sql_, text); }

    Service service_;
    MemorySql sql_;
};

}  // namespace sluice::commerce::test
