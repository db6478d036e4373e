#include "ca/exchange/host_lookup.hpp"

#include "ca/base/error.hpp"
#include "ca/base/spelling.hpp"

namespace halfday {

const Host& host_of(const Inventory& inventory, const HostName& name) {
    if (const Host* const host = inventory.find(name)) return *host;
    const std::string what = "there is no host '" + name.text() + "' in the inventory";
    if (inventory.hosts.empty()) throw Error(ErrorKind::usage, what, "it is empty: 'halfday host add' fills it");
    std::vector<std::string> known;
    for (const Host& host : inventory.hosts) known.push_back(host.name.text());
    const auto nearest = nearest_spelling(name.text(), known);
    throw Error(ErrorKind::usage, what,
                (nearest ? "did you mean '" + *nearest + "'? " : "") + "'halfday host list' shows all of them");
}

}  // namespace halfday
