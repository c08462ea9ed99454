#include "contract/lint.hpp"

#include "contract/json_pointer.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <string_view>
#include <utility>

namespace sluice::contract {

namespace {

using Json = nlohmann::json;
using Names = std::vector<std::string_view>;

/// A name as words: "unitPrice", "unit_price" and "UnitPrice" are unit, price.
std::vector<std::string> words_of(std::string_view name) {
    std::vector<std::string> words{""};
    for (const char letter : name) {
        const bool capital = letter >= 'A' && letter <= 'Z';
        const bool breaks = capital || letter == '_' || letter == '-';
        if (breaks && !words.back().empty()) words.emplace_back();
        if (letter == '_' || letter == '-') continue;
        words.back().push_back(capital ? static_cast<char>(letter - 'A' + 'a') : letter);
    }
    return words;
}

bool has_word(std::string_view name, const Names& wanted) {
    const std::vector<std::string> words = words_of(name);
    return std::any_of(words.begin(), words.end(), [&](const std::string& word) {
        return std::find(wanted.begin(), wanted.end(), word) != wanted.end();
    });
}

const Names kMoney{
    "amount", "price", "total", "fee", "cost", "commission", "tax", "refund", "discount"};
const Names kPersonal{"email", "phone", "mobile", "address", "birthday", "birthdate", "passport"};
const Names kRate{"rate", "percent", "ratio", "bps"};

class Linter {
public:
    explicit Linter(const ContractSource& source) : source_{source} {}

    std::vector<Advice> run() {
        for (const auto& [name, type] : source_.contract.types) look_at(name, type);
        std::vector<Advice> all;
        for (auto& [place, advice] : found_) all.push_back(std::move(advice));
        return all;
    }

private:
    void add(const std::string& pointer, std::string rule, std::string_view text) {
        const Place place = source_.document.place_of(pointer);
        found_.emplace(place, Advice{std::move(rule), source_.document.line(place, pointer, text)});
    }

    void look_at(const std::string& name, const MessageType& type) {
        const std::string& message = source_.messages.at(name);
        const Json& written = *source_.document.find(message);
        if (!written.contains("description") && !written.contains("summary")) {
            add(message,
                "no-description",
                "says neither when it is published nor by whom: add a description");
        }
        if (!written.contains("examples")) {
            add(message, "no-example", "has no example to copy: add one under examples");
        }
        versions(message, type);
        const auto schema = source_.schemas.find(name);
        if (schema == source_.schemas.end()) {
            add(message,
                "no-schema",
                "has no JSON Schema: nobody knows what it holds, and nothing is checked");
            return;
        }
        message_ = message + "/payload";
        personal_ = {type.personal.begin(), type.personal.end()};
        object(schema->second, "");
    }

    /// Whoever asks for a version beyond the missing step is refused.
    void versions(const std::string& message, const MessageType& type) {
        const auto missing = [&](const Version& from, const Version& to, std::string_view program) {
            add(fmt::format("{}/x-sluice/versions/{}", message, from.number),
                "version-without-caster",
                fmt::format(
                    "cannot be made version {}, so nobody can ask for that one: give it a jq "
                    "program '{}'",
                    to.number,
                    program
                ));
        };
        for (std::size_t at = 0; at + 1 < type.versions.size(); ++at) {
            const Version& lower = type.versions[at];
            const Version& upper = type.versions[at + 1];
            if (lower.up.text.empty()) missing(lower, upper, "up");
            if (upper.down.text.empty()) missing(upper, lower, "down");
        }
    }

    void object(const Json& schema, const std::string& path) {
        if (!schema.is_object()) return;
        if (const auto items = schema.find("items"); items != schema.end() && items->is_object()) {
            object(*items, path + "/*");
        }
        const auto properties = schema.find("properties");
        if (properties == schema.end()) return;
        std::vector<std::string> names;
        for (const auto& [name, field] : properties->items()) names.push_back(name);
        if (!schema.contains("required") && !names.empty()) {
            tell(
                path, "nothing-required", "requires no field: a consumer can rely on none of them"
            );
        }
        money(names, path);
        for (const auto& [name, field] : properties->items()) {
            const std::string at = fmt::format("{}/{}", path, escaped_token(name));
            field_of(name, field, names, at);
            object(field, at);
        }
    }

    void field_of(
        const std::string& name,
        const Json& field,
        const std::vector<std::string>& beside,
        const std::string& at
    ) {
        if (field.is_object() && !field.contains("description")) {
            tell(
                at,
                "field-no-description",
                "has no description: say what it means, and in which unit"
            );
        }
        const bool is_number = field.is_object() && field.value("type", Json()) == "number";
        if (is_number && has_word(name, kMoney)) {
            tell(
                at,
                "money-as-number",
                "is money as a fraction, which binary numbers do not hold exactly: use a whole "
                "number of the smallest unit, or a text"
            );
        }
        if (has_word(name, kPersonal) && personal_.count(at) == 0) {
            tell(
                at,
                "personal-unmarked",
                "looks like personal data: mark it with x-sluice: {personal: true}, or reach it by "
                "id"
            );
        }
        reference(name, beside, at);
    }

    /// "couponId" with nothing else of the coupon: whoever needs its state at the act has to ask
    /// for it later, when it may be another.
    void reference(
        const std::string& name, const std::vector<std::string>& beside, const std::string& at
    ) {
        std::vector<std::string> words = words_of(name);
        if (words.size() < 2 || (words.back() != "id" && words.back() != "ref")) return;
        const std::string& what = words.front();
        if (at.find('/', 1) == std::string::npos && is_subject(what)) return;
        const bool has_value = std::any_of(beside.begin(), beside.end(), [&](const auto& other) {
            return other != name && words_of(other).front() == what;
        });
        if (has_value) return;
        tell(
            at,
            "reference-without-value",
            fmt::format(
                "refers to a {} whose state at the act is not here: add what consumers need of "
                "it, or a snapshot",
                what
            )
        );
    }

    /// The domain's own subject is what the events are about.
    [[nodiscard]] bool is_subject(std::string_view what) const {
        return has_word(source_.contract.domain, {what});
    }

    void money(const std::vector<std::string>& names, const std::string& path) {
        const auto any = [&](const auto& holds) {
            return std::any_of(names.begin(), names.end(), holds);
        };
        const auto about = [](std::string_view word) {
            return [word](const std::string& name) { return has_word(name, {word}); };
        };
        const bool has_rate = any([](const std::string& name) { return has_word(name, kRate); });
        if (any(about("commission")) && !has_rate) {
            tell(
                path,
                "commission-without-rate",
                "has a commission and not its rate: nobody can tell later why it was that much"
            );
        }
        const bool has_code = any([](const std::string& name) {
            return has_word(name, {"tax"}) &&
                   has_word(name, {"code", "rate", "percent", "bps", "category"});
        });
        if (any(about("tax")) && !has_code) {
            tell(path, "tax-without-code", "has a tax and neither its code nor its rate");
        }
    }

    /// Where the field's schema stands, as far as it stands in the message itself; else the
    /// message.
    void tell(const std::string& path, const std::string& rule, std::string_view text) {
        std::string pointer = message_;
        for (const std::string& token : pointer_tokens(path).value_or(std::vector<std::string>{})) {
            const std::string next =
                token == "*" ? pointer + "/items"
                             : fmt::format("{}/properties/{}", pointer, escaped_token(token));
            if (source_.document.find(next) == nullptr) break;
            pointer = next;
        }
        add(pointer, rule, path.empty() ? std::string{text} : fmt::format("{} {}", path, text));
    }

    const ContractSource& source_;
    std::string message_;
    std::set<std::string> personal_;
    std::multimap<Place, Advice> found_;
};

}  // namespace

std::vector<Advice> lint(const ContractSource& source) {
    return Linter{source}.run();
}

}  // namespace sluice::contract
