// The schemas hold what docs/commerce/events.md says: every field is needed, of its kind and range.
#include "commerce/contract/contract.hpp"
#include "commerce/generate/sample.hpp"
#include "commerce/produce/publications.hpp"
#include "contract/load.hpp"
#include "event/kafka.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <functional>
#include <map>
#include <string>
#include <vector>

namespace sluice::commerce {
namespace {

using Json = nlohmann::ordered_json;

/// The contract of a type, and a published event of it with something in each array.
class SpoiledPayloads : public testing::Test {
protected:
    SpoiledPayloads() {
        const test::Sample sample = test::sample(1'000, 1);
        const Publications published{sample.raw, sample.additions};
        for (std::size_t i = 0; i < published.size(); ++i) {
            const Event event = published.at(i).event;
            const bool full = event.data->find("[]") == std::string::npos &&
                              event.data->find("{}") == std::string::npos;
            if (full) events_.try_emplace(event.type, event);
        }
    }

    static contract::Contract load(std::string_view text) {
        auto loaded = contract::load_contract_text("contract", text);
        EXPECT_TRUE(loaded.has_value()) << loaded.error().message;
        return std::move(loaded).value();
    }

    /// Why the event with this data breaks its contract; "" if it does not.
    std::string refusal(const std::string& type, const Json& data) {
        Event event = events_.at(type);
        event.data = data.dump();
        const contract::Contract& of = type == "day.closed" ? calendar_ : order_;
        const Status valid =
            contract::validate_data(*of.type(type), event::to_record(event, event.subject));
        return valid.has_value() ? "" : valid.error().message;
    }

    Json data(const std::string& type) { return Json::parse(*events_.at(type).data); }

    contract::Contract order_{load(order_contract())};
    contract::Contract calendar_{load(calendar_contract())};
    std::map<std::string, Event> events_;
};

TEST_F(SpoiledPayloads, AllTenTypesAreThere) {
    EXPECT_EQ(events_.size(), 10U);
    for (const auto& [type, event] : events_) EXPECT_EQ(refusal(type, data(type)), "");
}

/// Each object within the payload: itself, and the first of each of its arrays of objects.
void for_each_object(Json& value, const std::function<void(Json&)>& look) {
    look(value);
    for (auto& [name, member] : value.items()) {
        if (member.is_array() && member.front().is_object()) for_each_object(member.front(), look);
    }
}

TEST_F(SpoiledPayloads, EachFieldOfEachObjectIsNeededAndNoOtherIsAllowed) {
    for (const auto& [type, event] : events_) {
        Json whole = data(type);
        for_each_object(whole, [&, type = type](Json& object) {
            const Json sound = object;
            for (const auto& [name, value] : sound.items()) {
                object.erase(name);
                const std::string said = refusal(type, whole);
                EXPECT_NE(said.find(name), std::string::npos) << type << " " << name << said;
                object = sound;
            }
            object["more"] = 1;
            EXPECT_NE(refusal(type, whole), "") << type;
            object = sound;
        });
    }
}

TEST_F(SpoiledPayloads, EachFieldIsOfItsKind) {
    for (const auto& [type, event] : events_) {
        Json whole = data(type);
        for_each_object(whole, [&, type = type](Json& object) {
            const Json sound = object;
            for (const auto& [name, value] : sound.items()) {
                for (const Json& wrong : {Json(nullptr), Json(true), Json(-1), Json(1.5)}) {
                    object[name] = wrong;
                    EXPECT_NE(refusal(type, whole), "") << type << " " << name << " " << wrong;
                }
                object = sound;
            }
        });
    }
}

struct Range {
    const char* type;
    const char* pointer;
    Json value;
    bool allowed;
};

TEST_F(SpoiledPayloads, RangesHaveTheirLimitsAndNothingBeyond) {
    const std::vector<Range> all{
        {"review.written", "/score", 1, true},
        {"review.written", "/score", 5, true},
        {"review.written", "/score", 0, false},
        {"review.written", "/score", 6, false},
        {"review.written", "/review", "", false},
        {"order.placed", "/currency", "BRL", true},
        {"order.placed", "/currency", "BR", false},
        {"order.placed", "/currency", "BRLX", false},
        {"order.placed", "/member", "", false},
        {"order.placed", "/coupon", "", true},
        {"order.placed", "/due", 0, true},
        {"order.placed", "/units/0/line", 0, false},
        {"order.placed", "/units/0/commission_bp", 10'000, true},
        {"order.placed", "/units/0/commission_bp", 10'001, false},
        {"order.placed", "/units/0/tax_bp", 10'001, false},
        {"order.placed", "/units", Json::array(), true},
        {"order.paid", "/captured", 0, false},
        {"order.paid", "/tenders", Json::array(), false},
        {"order.paid", "/tenders/0/amount", 0, false},
        {"order.cancelled", "/units", Json::array(), true},
        {"order.cancelled", "/reason", "nobody", false},
        {"order.cancelled", "/units/0", Json::array({1}), false},
        {"order.cancelled", "/units/0", Json::array({1, 1, 1}), false},
        {"order.cancelled", "/units/0", Json::array({0, 1}), false},
        {"order.returned", "/units", Json::array(), false},
        {"order.returned", "/fault", "platform", false},
        {"order.refunded", "/of", 0, false},
        {"delivery.dispatched", "/units", Json::array(), false},
        {"delivery.completed", "/parcel", "", false},
        {"day.closed", "/published", Json::object(), true},
        {"day.closed", "/published", {{"order.placed", 0}}, false},
    };
    for (const Range& range : all) {
        Json whole = data(range.type);
        whole[Json::json_pointer{range.pointer}] = range.value;
        const std::string said = refusal(range.type, whole);
        EXPECT_EQ(said.empty(), range.allowed)
            << range.type << " " << range.pointer << " " << range.value << ": " << said;
    }
}

}  // namespace
}  // namespace sluice::commerce
