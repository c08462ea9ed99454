// sluice.yaml: it is read, or each line of what is wrong names the file.

#include "base/assert.hpp"
#include "daemon/config/config.hpp"
#include "fuzz.hpp"

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    // A directory that is not there: files that a text names are not to be found, whatever they are
    // called.
    const std::string path{"/nonexistent/sluice.yaml"};
    const auto config = sluice::daemon::parse_config(path, sluice::fuzz::text_of(data, size));
    if (config) {
        SLUICE_ASSERT(!config->contracts.empty() && config->threads >= 1);
    } else {
        SLUICE_ASSERT(config.error().code == sluice::ErrorCode::kBadConfig);
        SLUICE_ASSERT(config.error().message.find(path) != std::string::npos);
    }
    return 0;
}
