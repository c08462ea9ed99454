#pragma once

#include "log/embedded/test_log.hpp"
#include "runtime/domain/faulty_log_fixture.hpp"
#include "transact/desk.hpp"
#include "transact/fake_bank_fixture.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <map>
#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace sluice::transact::test {

/// A desk over an embedded log whose nth call can be made to fail, and over banks in memory.
class DeskRig {
public:
    explicit DeskRig(std::vector<std::string> names) {
        for (const std::string& name : names) banks[name];
        options.rules.coordinator = "points";
        options.rules.vote_within = Milliseconds{60'000};
        options.rules.retry_first = Milliseconds{1};
        options.rules.retry_max = Milliseconds{20};
        options.look_every = Milliseconds{10};
    }

    [[nodiscard]] Result<std::unique_ptr<Desk>> try_open() {
        Desk::Databases databases;
        for (auto& [name, bank] : banks) databases.emplace(name, bank.open());
        return Desk::open({log, clock}, std::move(databases), options);
    }

    void open() {
        auto opened = try_open();
        ASSERT_TRUE(opened.has_value()) << opened.error().message;
        desk = std::move(opened).value();
    }

    /// Another process on the same directory.
    void reopen() {
        desk.reset();
        log.reopen([this] { return open_log(); });
        open();
    }

    [[nodiscard]] Status move(
        const std::string& from,
        const std::string& to,
        std::int64_t amount,
        const std::string& transfer = "t"
    ) {
        return desk->run({{from, add(-amount, transfer)}, {to, add(amount, transfer)}});
    }

    [[nodiscard]] static std::function<Status(Sql&)> add(
        std::int64_t amount, const std::string& transfer = "t"
    ) {
        return [=](Sql& sql) {
            sql.execute("add", {amount, transfer});
            return ok();
        };
    }

    [[nodiscard]] std::vector<std::string> prepared() const {
        std::vector<std::string> all;
        for (const auto& [name, bank] : banks) {
            for (const std::string& gid : bank.prepared()) all.push_back(name + " " + gid);
        }
        return all;
    }

    /// Carriers do it by themselves.
    void await_nothing_prepared() const {
        while (!prepared().empty()) std::this_thread::yield();
    }

    [[nodiscard]] std::unique_ptr<log::Log> open_log() const {
        return log::test::open_or_fail(log::test::test_options(scratch.path()));
    }

    log::test::ScratchDirectory scratch;
    runtime::test::FaultyLog log{open_log()};
    SystemClock clock;
    DeskOptions options;
    std::map<std::string, FakeBank> banks;
    std::unique_ptr<Desk> desk;  // goes before all that it uses
};

/// Fails the nth call of that name, before or after it was carried out.
inline FakeBank::Hook fail_once(
    const std::string& call,
    bool after,
    SqlError::Kind kind = SqlError::Kind::kConnection,
    int passing = 0
) {
    return [=, left = std::make_shared<std::atomic<int>>(passing)](
               const std::string& name, bool is_after
           ) {
        if (name != call || is_after != after) return;
        if (left->fetch_sub(1) == 0) throw SqlError{kind, call + " failed"};
    };
}

class DeskTest : public ::testing::Test {
protected:
    DeskRig rig{{"north", "south"}};
    FakeBank& north = rig.banks.at("north");
    FakeBank& south = rig.banks.at("south");
};

}  // namespace sluice::transact::test
