#include "project/cesql.hpp"

#include "event/text.hpp"
#include "project/cesql_check.hpp"
#include "project/cesql_evaluate.hpp"
#include "project/cesql_parser.hpp"

#include <utility>

namespace sluice::project {

Result<Cesql> Cesql::parse(std::string_view text) {
    auto root = cesql::parse(text);
    if (!root) return root.error();
    return Cesql{std::move(root).value()};
}

Result<Cesql> Cesql::parse_filter(std::string_view text) {
    auto root = cesql::parse(text);
    if (!root) return root.error();
    if (const Status sound = cesql::check_filter(root.value(), text); !sound) return sound.error();
    return Cesql{std::move(root).value()};
}

cesql::Outcome Cesql::evaluate(const Attributes& event, cesql::Scratch& scratch) const {
    scratch.clear();
    return cesql::evaluate(root_, event, scratch);
}

}  // namespace sluice::project
