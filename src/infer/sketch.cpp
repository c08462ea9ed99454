#include "infer/sketch.hpp"

#include <algorithm>
#include <string_view>
#include <utility>
#include <vector>

namespace sluice::infer {

namespace {

using Json = nlohmann::json;

std::string_view kind_of(const Json& value) {
    switch (value.type()) {
        case Json::value_t::object: return "object";
        case Json::value_t::array: return "array";
        case Json::value_t::string: return "string";
        case Json::value_t::boolean: return "boolean";
        case Json::value_t::number_integer:
        case Json::value_t::number_unsigned: return "integer";
        case Json::value_t::number_float: return "number";
        default: return "null";
    }
}

/// "d": a digit; anything else stands for itself.
bool has_shape(std::string_view text, std::string_view shape) {
    return text.size() == shape.size() &&
           std::equal(text.begin(), text.end(), shape.begin(), [](char letter, char wanted) {
               return wanted == 'd' ? letter >= '0' && letter <= '9' : letter == wanted;
           });
}

bool looks_like_date(std::string_view text) {
    return has_shape(text, "dddd-dd-dd");
}

/// RFC 3339, near enough to be worth a `format`; whoever enforces it learns of the rest.
bool looks_like_date_time(std::string_view text) {
    if (text.size() < 20 || !has_shape(text.substr(0, 19), "dddd-dd-ddTdd:dd:dd")) return false;
    std::string_view zone = text.substr(19);
    if (zone.front() == '.') {
        const std::size_t end = zone.find_first_not_of("0123456789", 1);
        if (end == std::string_view::npos || end == 1) return false;
        zone.remove_prefix(end);
    }
    return zone == "Z" || has_shape(zone, "+dd:dd") || has_shape(zone, "-dd:dd");
}

}  // namespace

void Sketch::add(const Json& value, int level) {
    ++count_;
    ++kinds_[std::string{kind_of(value)}];
    if (level == kLevelsMax) return;
    if (value.is_string()) return add_text(value.get_ref<const std::string&>());
    if (value.is_object()) return add_object(value, level);
    if (!value.is_array()) return;
    if (!items_) items_ = std::make_unique<Sketch>();
    for (const Json& one : value) items_->add(one, level + 1);
}

void Sketch::add_text(const std::string& text) {
    date_times_ += looks_like_date_time(text) ? 1 : 0;
    dates_ += looks_like_date(text) ? 1 : 0;
}

void Sketch::add_object(const Json& value, int level) {
    for (const auto& [name, one] : value.items()) {
        if (!others_ && members_.size() == kNamesMax && members_.find(name) == members_.end()) {
            others_ = std::make_unique<Sketch>();
            for (const auto& [known, member] : std::exchange(members_, {})) others_->merge(member);
        }
        (others_ ? *others_ : members_[name]).add(one, level + 1);
    }
}

void Sketch::merge(const Sketch& other) {
    count_ += other.count_;
    date_times_ += other.date_times_;
    dates_ += other.dates_;
    for (const auto& [kind, count] : other.kinds_) kinds_[kind] += count;
    if (other.items_) {
        if (!items_) items_ = std::make_unique<Sketch>();
        items_->merge(*other.items_);
    }
    for (const auto& [name, member] : other.members_) members_[name].merge(member);
    if (other.others_) {
        if (!others_) others_ = std::make_unique<Sketch>();
        others_->merge(*other.others_);
    }
}

Json Sketch::object_schema() const {
    Json schema = Json::object();
    const std::uint64_t objects = kinds_.at("object");
    if (others_) {
        schema["additionalProperties"] = others_->schema();
        return schema;
    }
    Json required = Json::array();
    for (const auto& [name, member] : members_) {
        schema["properties"][name] = member.schema();
        if (member.count_ == objects) required.push_back(name);
    }
    if (!required.empty()) schema["required"] = std::move(required);
    return schema;
}

Json Sketch::schema() const {
    Json schema = Json::object();
    std::vector<std::string> types;
    for (const auto& [kind, count] : kinds_) {
        // A whole number is a number, too: one type says both.
        if (kind != "integer" || kinds_.find("number") == kinds_.end()) types.push_back(kind);
    }
    if (types.empty()) return schema;
    schema["type"] = types.size() == 1 ? Json(types.front()) : Json(types);
    if (const auto texts = kinds_.find("string"); texts != kinds_.end()) {
        if (date_times_ == texts->second) schema["format"] = "date-time";
        if (dates_ == texts->second) schema["format"] = "date";
    }
    if (kinds_.find("object") != kinds_.end()) schema.update(object_schema());
    if (items_ && items_->count_ > 0) schema["items"] = items_->schema();
    return schema;
}

}  // namespace sluice::infer
