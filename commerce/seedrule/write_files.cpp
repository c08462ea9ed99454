#include "commerce/csv/writer.hpp"
#include "commerce/seedrule/columns.hpp"
#include "commerce/seedrule/files.hpp"
#include "commerce/seedrule/summary.hpp"

#include <fmt/format.h>

#include <filesystem>
#include <fstream>

namespace sluice::commerce {

namespace {

Result<CsvWriter> create(
    const std::string& directory, std::string_view file, std::span<const std::string_view> columns
) {
    return CsvWriter::create(fmt::format("{}/{}", directory, file), columns);
}

Status write_orders(const RawData& raw, const Additions& additions, const std::string& directory) {
    auto out = create(directory, kAddedOrdersFile, kAddedOrderColumns);
    if (!out) return out.error();
    for (std::size_t i = 0; i < raw.orders.size(); ++i) {
        const OrderAdditions& added = additions.orders[i];
        out->text(raw.orders[i].id).text(added.member).text(added.coupon);
        out->number(added.platform_discount)
            .number(added.seller_discount)
            .number(added.points_used);
        out->end_row();
    }
    return out->close();
}

Status write_items(const RawData& raw, const Additions& additions, const std::string& directory) {
    auto out = create(directory, kAddedItemsFile, kAddedItemColumns);
    if (!out) return out.error();
    for (std::size_t i = 0; i < raw.orders.size(); ++i) {
        const RawOrder& order = raw.orders[i];
        for (std::size_t j = 0; j < order.items.size(); ++j) {
            const ItemAddition& added = additions.orders[i].items[j];
            out->text(order.id)
                .number(order.items[j].number)
                .number(added.ref.line)
                .number(added.ref.unit);
            out->text(added.seller)
                .text(added.tax_code)
                .number(added.tax_bp)
                .number(added.commission_bp);
            out->end_row();
        }
    }
    return out->close();
}

void number_or_null(CsvWriter& out, std::int64_t value) {
    value == 0 ? out.null() : out.number(value);
}

std::string_view parcel_seller(const OrderAdditions& added, const Act& act) {
    for (const ItemAddition& item : added.items) {
        if (item.ref == act.units.front()) return item.seller;
    }
    return {};
}

void write_act(CsvWriter& out, const RawOrder& raw, const OrderAdditions& added, const Act& act) {
    out.text(raw.id).text(to_string(act.source())).number(act.seq).text(to_string(act.type));
    out.text(to_text(act.at)).text(to_text(act.happened));
    number_or_null(out, act.depends_on);
    if (act.parcel != 0) {
        out.text(fmt::format("{}-{}", raw.id, act.parcel)).text(parcel_seller(added, act));
    } else {
        out.null().null();
    }
    out.text(to_string(act.reason)).text(to_string(act.fault));
    act.type == ActType::kReturned ? out.number(act.fee) : out.null();
    number_or_null(out, act.refund_of);
    if (act.source() == Source::kReviews) {
        const RawReview& review = raw.reviews[static_cast<std::size_t>(act.seq - 1)];
        out.text(review.id).number(review.score).text(to_text(review.created));
    } else {
        out.null().null().null();
    }
    out.end_row();
}

Status write_acts(const RawData& raw, const Additions& additions, const std::string& directory) {
    auto out = create(directory, kActsFile, kActColumns);
    if (!out) return out.error();
    for (std::size_t i = 0; i < raw.orders.size(); ++i) {
        const OrderAdditions& added = additions.orders[i];
        for (const Act& act : added.acts) write_act(out.value(), raw.orders[i], added, act);
    }
    return out->close();
}

Status write_act_units(
    const RawData& raw, const Additions& additions, const std::string& directory
) {
    auto out = create(directory, kActUnitsFile, kActUnitColumns);
    if (!out) return out.error();
    for (std::size_t i = 0; i < raw.orders.size(); ++i) {
        for (const Act& act : additions.orders[i].acts) {
            for (const UnitRef unit : act.units) {
                out->text(raw.orders[i].id).text(to_string(act.source())).number(act.seq);
                out->number(unit.line).number(unit.unit);
                out->end_row();
            }
        }
    }
    return out->close();
}

Status write_summary(const RawData& raw, const Additions& additions, const std::string& directory) {
    const std::string path = fmt::format("{}/{}", directory, kSummaryFile);
    std::ofstream out{path, std::ios::binary};
    out << to_json(summarize(raw, additions)) << std::flush;
    if (!out) return Error{ErrorCode::kIo, path + ": cannot be written; is the disk full?"};
    return ok();
}

}  // namespace

Status write_additions(
    const RawData& raw, const Additions& additions, const std::string& directory
) {
    std::error_code failure;
    std::filesystem::create_directories(directory, failure);
    if (failure) return Error{ErrorCode::kIo, fmt::format("{}: {}", directory, failure.message())};
    for (const auto write :
         {write_orders, write_items, write_acts, write_act_units, write_summary}) {
        if (auto written = write(raw, additions, directory); !written) return written;
    }
    return ok();
}

}  // namespace sluice::commerce
