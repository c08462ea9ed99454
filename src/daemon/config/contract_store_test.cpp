#include "daemon/config/contract_store.hpp"

#include "log/embedded/files.hpp"
#include "log/embedded/test_log.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <string>

namespace sluice::daemon {
namespace {

namespace fs = std::filesystem;

class ContractStoreTest : public testing::Test {
protected:
    [[nodiscard]] const fs::path& data() const { return scratch_.path(); }

    [[nodiscard]] fs::path file(const std::string& domain) const {
        return data() / "contracts" / (domain + ".yaml");
    }

private:
    log::test::ScratchDirectory scratch_;
};

TEST_F(ContractStoreTest, ADirectoryWithoutAnyHasNone) {
    const auto kept = kept_contracts(data());
    ASSERT_TRUE(kept.has_value());
    EXPECT_TRUE(kept.value().empty());
    EXPECT_TRUE(kept_contracts(data() / "nowhere").value().empty());
}

TEST_F(ContractStoreTest, KeepsTheTextToTheByte) {
    ASSERT_TRUE(keep_contract(data(), "shop", "a: \"\xC3\xA4\"\r\n"));
    EXPECT_EQ(log::read_file(file("shop")).value(), "a: \"\xC3\xA4\"\r\n");
    ASSERT_TRUE(keep_contract(data(), "shop", "b"));
    EXPECT_EQ(log::read_file(file("shop")).value(), "b");
}

TEST_F(ContractStoreTest, TheSameTextIsNotWrittenAgain) {
    ASSERT_TRUE(keep_contract(data(), "shop", "a"));
    const fs::file_time_type old{};  // a time that no write gives
    fs::last_write_time(file("shop"), old);
    ASSERT_TRUE(keep_contract(data(), "shop", "a"));
    EXPECT_EQ(fs::last_write_time(file("shop")), old);
    ASSERT_TRUE(keep_contract(data(), "shop", "b"));
    EXPECT_NE(fs::last_write_time(file("shop")), old);
}

TEST_F(ContractStoreTest, AnswersEveryProblemOfEveryFile) {
    ASSERT_TRUE(keep_contract(data(), "one", "domain: ["));
    ASSERT_TRUE(keep_contract(data(), "two", "nonsense"));
    ASSERT_TRUE(log::write_file_durably(data() / "contracts" / "note.txt", "not looked at"));
    const auto kept = kept_contracts(data());
    ASSERT_FALSE(kept.has_value());
    EXPECT_EQ(kept.error().code, ErrorCode::kBadConfig);
    EXPECT_NE(kept.error().message.find("one.yaml"), std::string::npos) << kept.error().message;
    EXPECT_NE(kept.error().message.find("two.yaml"), std::string::npos) << kept.error().message;
    EXPECT_EQ(kept.error().message.find("note.txt"), std::string::npos);
}

}  // namespace
}  // namespace sluice::daemon
