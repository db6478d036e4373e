// What the inventory says, and how a certificate is written on a command line; what changes it is in hosts.cpp.
#include <fmt/core.h>
#include <fmt/ranges.h>

#include <nlohmann/json.hpp>

#include "ca/base/error.hpp"
#include "ca/base/escape.hpp"
#include "ca/exchange/host_lookup.hpp"
#include "cli/common/terminal.hpp"
#include "cli/halfday/hosts.hpp"

namespace halfday {
namespace {

std::vector<std::string> names_of(const Entry& entry) {
    std::vector<std::string> names;
    for (const GeneralName& name : entry.names) {
        names.push_back(name.text());
    }
    return names;
}

}  // namespace

std::string hosts_table(const Inventory& inventory) {
    if (inventory.hosts.empty()) {
        return "the inventory is empty: 'halfday host add' fills it\n";
    }
    std::vector<std::vector<std::string>> rows{{"HOST", "REACH", "CERTIFICATES"}};
    for (const Host& host : inventory.hosts) {
        std::vector<std::string> entries;
        for (const Entry& entry : host.certificates) {
            entries.push_back(fmt::format("{}={}", entry.name.text(), fmt::join(names_of(entry), ",")));
        }
        rows.push_back({host.name.text(), to_text(host.reach), fmt::format("{}", fmt::join(entries, " "))});
    }
    return format_table(rows);
}

std::string hosts_json(const Inventory& inventory) {
    nlohmann::json hosts = nlohmann::json::array();
    for (const Host& host : inventory.hosts) {
        nlohmann::json certificates = nlohmann::json::array();
        for (const Entry& entry : host.certificates) {
            certificates.push_back({{"entry", entry.name.text()}, {"names", names_of(entry)}});
        }
        hosts.push_back({{"host", host.name.text()},
                         {"reach", to_text(host.reach)},
                         {"identity_fingerprint", host.identity.fingerprint().text()},
                         {"certificates", certificates}});
    }
    return nlohmann::json{{"hosts", hosts}}.dump(2) + "\n";
}

std::string show_host(const Places& places, const HostName& name) {
    const Inventory inventory = read_inventory(places.hosts());
    const Host& host = host_of(inventory, name);
    return to_yaml(host) + "# identity fingerprint: " + host.identity.fingerprint().text() + "\n";
}

Entry parse_entry(const std::string& text) {
    const std::size_t equals = text.find('=');
    if (equals == std::string::npos) {
        throw Error(ErrorKind::usage, fmt::format("'{}' is not ENTRY=NAME,NAME…", printable(text)),
                    "for example www=www.example.org,example.org");
    }
    Entry entry{EntryName::parse(text.substr(0, equals)), {}};
    std::string_view names = std::string_view(text).substr(equals + 1);
    while (true) {
        const std::size_t comma = names.find(',');
        entry.names.push_back(GeneralName::parse(names.substr(0, comma)));
        if (comma == std::string_view::npos) {
            return entry;
        }
        names.remove_prefix(comma + 1);
    }
}

}  // namespace halfday
