#include "commerce/csv/reader.hpp"
#include "commerce/seedrule/columns.hpp"
#include "commerce/seedrule/files.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>
#include <span>
#include <unordered_map>

namespace sluice::commerce {

namespace {

template <class Enum, std::size_t N>
std::optional<Enum> find_named(const std::array<Enum, N>& all, std::string_view text) {
    for (const Enum value : all) {
        if (to_string(value) == text) return value;
    }
    return std::nullopt;
}

constexpr std::array kSources{Source::kDeliveries, Source::kOrders, Source::kReviews};
constexpr std::array kReasons{Reason::kNone, Reason::kMember, Reason::kSeller, Reason::kPlatform};
constexpr std::array kFaults{Fault::kNone, Fault::kWish, Fault::kSeller};
constexpr std::array kTypes{
    ActType::kPlaced,
    ActType::kPaid,
    ActType::kCancelled,
    ActType::kReturned,
    ActType::kRefunded,
    ActType::kDispatched,
    ActType::kCompleted,
    ActType::kWritten,
    ActType::kComplained};

template <class Enum, std::size_t N>
Enum named(CsvRow& row, std::size_t column, const std::array<Enum, N>& all) {
    const auto found = find_named(all, row.text(column));
    if (!found) row.fail(column, "a word of docs/commerce/seed-rule.md");
    return found.value_or(Enum{});
}

std::int32_t small(CsvRow& row, std::size_t column) {
    if (row.text(column).empty()) return 0;
    const std::int64_t value = row.integer(column);
    if (value < 0 || value > 1'000'000) row.fail(column, "0 to 1000000");
    return static_cast<std::int32_t>(value);
}

UtcTime time_of(CsvRow& row, std::size_t column) {
    const auto time = parse_time(row.text(column));
    if (!time) row.fail(column, "a time such as 2017-11-24T09:30:00Z");
    return time ? time.value() : UtcTime{};
}

/// One reading; rows are put where the raw data has their order.
class Reading {
public:
    Reading(const RawData& raw, std::uint64_t seed, std::string directory)
        : raw_{raw},
          directory_{std::move(directory)},
          additions_{seed, std::vector<OrderAdditions>(raw.orders.size())} {}

    Result<Additions> run();

private:
    Status read(
        std::string_view file,
        std::span<const std::string_view> columns,
        void (Reading::*take)(CsvRow&, std::size_t)
    );
    void order(CsvRow& row, std::size_t place);
    void item(CsvRow& row, std::size_t place);
    void act(CsvRow& row, std::size_t place);
    void act_unit(CsvRow& row, std::size_t place);
    [[nodiscard]] std::int32_t parcel_number(CsvRow& row, std::size_t place) const;
    Status complete() const;

    const RawData& raw_;
    std::string directory_;
    Additions additions_;
    std::unordered_map<std::string_view, std::size_t> place_of_;
};

Status Reading::read(
    std::string_view file,
    std::span<const std::string_view> columns,
    void (Reading::*take)(CsvRow&, std::size_t)
) {
    return read_csv(fmt::format("{}/{}", directory_, file), columns, [this, take](CsvRow& row) {
        const auto place = place_of_.find(row.text(0));
        if (place == place_of_.end()) return row.fail(0, "an order of the raw data");
        (this->*take)(row, place->second);
    });
}

void Reading::order(CsvRow& row, std::size_t place) {
    OrderAdditions& added = additions_.orders[place];
    added.member = row.required(1);
    added.coupon = row.text(2);
    added.platform_discount = row.integer(3);
    added.seller_discount = row.integer(4);
    added.points_used = row.integer(5);
}

void Reading::item(CsvRow& row, std::size_t place) {
    OrderAdditions& added = additions_.orders[place];
    const std::vector<RawItem>& items = raw_.orders[place].items;
    if (added.items.size() == items.size() || items[added.items.size()].number != row.integer(1)) {
        return row.fail(1, "the order's items as in the raw data, ascending");
    }
    ItemAddition item;
    item.ref = {row.integer(2), row.integer(3)};
    item.seller = row.required(4);
    item.tax_code = row.required(5);
    item.tax_bp = row.integer(6);
    item.commission_bp = row.integer(7);
    added.items.push_back(std::move(item));
}

std::int32_t Reading::parcel_number(CsvRow& row, std::size_t place) const {
    const std::string_view text = row.text(7);
    if (text.empty()) return 0;
    const std::string prefix = raw_.orders[place].id + "-";
    std::int32_t k = 0;
    if (text.starts_with(prefix)) {
        for (const char c : text.substr(prefix.size()))
            k = (c >= '0' && c <= '9' && k >= 0 && k < 1'000) ? k * 10 + (c - '0') : -1;
    }
    if (k <= 0) row.fail(7, "<order_id>-<k>");
    return k;
}

void Reading::act(CsvRow& row, std::size_t place) {
    Act act;
    const Source source = named(row, 1, kSources);
    act.seq = small(row, 2);
    act.type = named(row, 3, kTypes);
    if (act.source() != source) row.fail(3, "a type of this source");
    act.at = time_of(row, 4);
    act.happened = time_of(row, 5);
    act.depends_on = small(row, 6);
    act.parcel = parcel_number(row, place);
    act.reason = named(row, 9, kReasons);
    act.fault = named(row, 10, kFaults);
    if (!row.text(11).empty()) act.fee = row.integer(11);
    act.refund_of = small(row, 12);
    if (source == Source::kReviews) {
        const std::vector<RawReview>& reviews = raw_.orders[place].reviews;
        const auto at = static_cast<std::size_t>(act.seq - 1);
        if (at >= reviews.size() || reviews[at].id != row.text(13))
            return row.fail(13, "a review of the raw order");
    }
    additions_.orders[place].acts.push_back(std::move(act));
}

void Reading::act_unit(CsvRow& row, std::size_t place) {
    const Source source = named(row, 1, kSources);
    const std::int32_t seq = small(row, 2);
    std::vector<Act>& acts = additions_.orders[place].acts;
    const auto act = std::find_if(acts.begin(), acts.end(), [&](const Act& a) {
        return a.source() == source && a.seq == seq;
    });
    if (act == acts.end()) return row.fail(2, "an act of acts.csv");
    act->units.push_back({row.integer(3), row.integer(4)});
}

Status Reading::complete() const {
    for (std::size_t i = 0; i < raw_.orders.size(); ++i) {
        const OrderAdditions& added = additions_.orders[i];
        const std::string_view lacks = added.member.empty() ? kAddedOrdersFile
                                       : added.items.size() != raw_.orders[i].items.size()
                                           ? kAddedItemsFile
                                       : added.acts.empty() ? kActsFile
                                                            : std::string_view{};
        if (lacks.empty()) continue;
        return Error{
            ErrorCode::kInvalidArgument,
            fmt::format(
                "{}/{}: rows of order '{}' are missing", directory_, lacks, raw_.orders[i].id
            )};
    }
    return ok();
}

Result<Additions> Reading::run() {
    for (std::size_t i = 0; i < raw_.orders.size(); ++i) place_of_.emplace(raw_.orders[i].id, i);
    if (auto s = read(kAddedOrdersFile, kAddedOrderColumns, &Reading::order); !s) return s.error();
    if (auto s = read(kAddedItemsFile, kAddedItemColumns, &Reading::item); !s) return s.error();
    if (auto s = read(kActsFile, kActColumns, &Reading::act); !s) return s.error();
    if (auto s = read(kActUnitsFile, kActUnitColumns, &Reading::act_unit); !s) return s.error();
    if (auto s = complete(); !s) return s.error();
    return std::move(additions_);
}

}  // namespace

Result<Additions> read_additions(
    const RawData& raw, std::uint64_t seed, const std::string& directory
) {
    return Reading{raw, seed, directory}.run();
}

}  // namespace sluice::commerce
