#include "ca/exchange/inventory.hpp"
#include "ca/exchange/settings.hpp"
#include "tests/fuzz/fuzz.hpp"

using namespace halfday;

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view yaml = fuzz::bytes(data, size);
    fuzz::only_refuses(ErrorKind::usage, [&] { static_cast<void>(parse_settings(yaml, "halfday.yaml")); });
    return fuzz::only_refuses(ErrorKind::usage, [&] {
        const HostName name = HostName::parse("web1");
        const Host host = parse_host(yaml, name, "web1.yaml");
        fuzz::require(to_yaml(parse_host(to_yaml(host), name, "again.yaml")) == to_yaml(host));
    });
}
