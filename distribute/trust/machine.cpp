#include "distribute/trust/trust_store.hpp"

namespace halfday {

std::string store_name(const Certificate& root) { return "halfday-" + root.sha256().substr(0, 16); }

Path on(const Machine& machine, const Path& path) { return machine.root / path.relative_path(); }

std::vector<std::string> run_on(const Machine& machine, std::vector<std::string> argv) {
    if (machine.root != "/") argv.insert(argv.begin(), {"chroot", machine.root.string()});
    return argv;
}

}  // namespace halfday
