#include "ca/exchange/host_lookup.hpp"

#include <fmt/format.h>

#include "tests/unit/error_of.hpp"

namespace halfday {

TEST_CASE("a host that is not in the inventory is refused with the name that may have been meant") {
    Inventory inventory;
    for (const char* name : {"db1.example.org", "web1.example.org"}) {
        const HostName host = HostName::parse(name);
        inventory.hosts.push_back(parse_host(
            fmt::format("host: {0}\nreach: ssh://halfday-receiver@{0}\nidentity: {1}\n"
                        "certificates:\n  www: {{names: [www.example.org]}}\n",
                        name, identity_text(PrivateKey::generate(KeyAlgorithm::parse("Ed25519")).public_key())),
            host, "test"));
    }
    CHECK(host_of(inventory, HostName::parse("web1.example.org")).name.text() == "web1.example.org");
    struct Case {
        const char* name;
        const char* hint;
    };
    for (const Case& each :
         {Case{"web1", "did you mean 'web1.example.org'? 'halfday host list' shows all of them"},
          Case{"db1.exmaple.org", "did you mean 'db1.example.org'? 'halfday host list' shows all of them"},
          Case{"mail.test", "'halfday host list' shows all of them"}}) {
        const Error error = test::error_of([&] { return host_of(inventory, HostName::parse(each.name)).name.text(); });
        CHECK(error.kind() == ErrorKind::usage);
        CHECK(std::string(error.what()) == fmt::format("there is no host '{}' in the inventory", each.name));
        CHECK(error.hint() == each.hint);
    }
    const Inventory empty;
    CHECK(test::error_of([&] { return host_of(empty, HostName::parse("web1")).name.text(); }).hint() ==
          "it is empty: 'halfday host add' fills it");
}

}  // namespace halfday
