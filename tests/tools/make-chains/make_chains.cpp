// make-chains FOLDER [NAME]: writes root.pem, intermediate.pem and a server certificate for each case, as files for
// other verifiers. The good ones are linted and signed as halfday does it; the bad ones are signed past the lint, so
// that the verifiers see what a thief of the intermediate's key could make. good.key is that of good.pem. The root is
// called NAME Root (Test Root).

#include <cstdio>
#include <string>

#include "ca/base/clock.hpp"
#include "ca/base/file.hpp"
#include "tests/tools/make-chains/issuer.hpp"

using namespace halfday;

namespace {

void write_chains(const Path& folder, const std::string& name, Time now) {
    const auto write = [&folder](const char* file, const Certificate& certificate) {
        replace_file(folder / (std::string(file) + ".pem"), certificate.pem(), {0644, std::nullopt});
    };
    NameConstraints permitted{{DnsName::parse("example.test")}};
    const Issuer issuer(name, permitted, now);
    write("root", issuer.root());
    write("intermediate", issuer.intermediate());
    write("good", issuer.good("www.example.test"));
    replace_file(folder / "good.key", issuer.leaf_key().to_pem().reveal());
    write("wildcard", issuer.good("*.example.test"));
    write("foreign", issuer.bad("www.example.org"));
    write("suffix", issuer.bad("www.badexample.test"));
    write("address", issuer.bad("127.0.0.1"));

    permit(permitted, "192.0.2.0/24");
    const Issuer of_addresses(name, permitted, now);
    write("ip-root", of_addresses.root());
    write("ip-intermediate", of_addresses.intermediate());
    write("ip-good", of_addresses.good("192.0.2.7"));
    write("ip-name", of_addresses.good("www.example.test"));
    write("ip-beside", of_addresses.bad("192.0.3.7"));
    write("ip-v6", of_addresses.bad("2001:db8::7"));
    write("ip-foreign", of_addresses.bad("www.example.org"));
}

}  // namespace

int main(int argc, char** argv) {
    if (argc != 2 && argc != 3) {
        std::fputs("make-chains FOLDER [NAME]\n", stderr);
        return 2;
    }
    try {
        write_chains(argv[1], argc == 3 ? argv[2] : "Test", system_now());
        return 0;
    } catch (const std::exception& error) {
        std::fprintf(stderr, "make-chains: %s\n", error.what());
        return 1;
    }
}
