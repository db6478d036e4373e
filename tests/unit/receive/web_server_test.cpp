#include "distribute/receive/web_server.hpp"

#include <catch2/catch.hpp>

namespace halfday::test {

TEST_CASE("a server is asked for a DNS name of its certificate, and never for an IP address") {
    struct Case {
        std::vector<std::string> names;
        std::string sni;
    };
    const Case cases[] = {
        {{"www.example.org", "example.org"}, "www.example.org"},
        {{"*.example.org", "example.org"}, "example.org"},
        {{"*.example.org", "*.example.net"}, "halfday-probe.example.org"},
        {{"192.0.2.7", "www.example.org"}, "www.example.org"},
        {{"192.0.2.7", "*.example.org"}, "halfday-probe.example.org"},
        {{"192.0.2.7", "2001:db8::7"}, ""},
        {{}, ""},
    };
    for (const Case& each : cases) {
        CAPTURE(each.names);
        std::vector<GeneralName> names;
        for (const std::string& name : each.names) names.push_back(GeneralName::parse(name));
        CHECK(sni_of(names) == each.sni);
    }
}

}  // namespace halfday::test
