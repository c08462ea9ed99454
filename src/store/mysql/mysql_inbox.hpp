#pragma once

#include "store/inbox_sql.hpp"

namespace sluice::store {

/// MySQL has no upsert with a condition, and with rows counted as they are found its upsert cannot
/// be told from one that changes nothing. So a row is moved upwards; if none was, it is made at
/// position 0, or waited for where another owner is making it, and moved then.
[[nodiscard]] const InboxSql& mysql_inbox_sql();

}  // namespace sluice::store
