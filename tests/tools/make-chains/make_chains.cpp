// make-chains FOLDER: writes root.pem, intermediate.pem and a server certificate for each case, as files for other
// verifiers. The good ones are linted and signed as halfday does it; the bad ones are signed past the lint, so that
// the verifiers see what a thief of the intermediate's key could make.

#include <cstdio>
#include <string>
#include <variant>

#include "ca/base/clock.hpp"
#include "ca/base/error.hpp"
#include "ca/base/file.hpp"
#include "ca/sign/profile.hpp"
#include "ca/sign/signer.hpp"
#include "ca/x509/digest.hpp"

using namespace halfday;

namespace {

Serial new_serial() { return Serial::make(1, random_bytes(15)); }

PrivateKey new_key(const char* algorithm) { return PrivateKey::generate(KeyAlgorithm::parse(algorithm)); }

Certificate sign(const ToBeSigned& tbs, ProfileKind kind, const Certificate* issuer, const PrivateKey& key) {
    auto decision = lint(tbs, kind, issuer);
    if (const auto* refusal = std::get_if<Refusal>(&decision)) {
        throw Error(ErrorKind::usage, refusal->text());
    }
    return sign_certificate(std::get<LintedCertificate>(std::move(decision)), key);
}

Certificate sign_without_lint(const ToBeSigned& tbs, const PrivateKey& key) {
    const std::string content = encode_tbs(tbs);
    return Certificate::parse_der(encode_certificate(content, tbs.signature_algorithm, key.sign(content)));
}

void set_names(ToBeSigned& tbs, const std::string& value) {
    for (Extension& extension : tbs.extensions) {
        if (extension.oid == oid::kSubjectAlternativeName) {
            extension.value = value;
        }
    }
}

void write_chains(const Path& folder, Time now) {
    const auto write = [&folder](const char* name, const Certificate& certificate) {
        replace_file(folder / (std::string(name) + ".pem"), certificate.pem(), {0644, std::nullopt});
    };
    const NameConstraints permitted{{DnsName::parse("example.test")}};
    const auto root_key = new_key("P-384");
    const auto root =
        sign(root_to_be_signed({"Test Root", permitted, Validity::from(now - kCaBackdate, std::chrono::hours{87600})},
                               root_key.public_key(), root_key.signature_algorithm(), new_serial()),
             ProfileKind::root, nullptr, root_key);
    write("root", root);

    const auto key = new_key("P-256");
    const auto intermediate =
        sign(intermediate_to_be_signed(
                 {"Test Issuer", permitted, Validity::from(now - kCaBackdate, std::chrono::hours{840})},
                 key.public_key(), root, root_key.signature_algorithm(), new_serial()),
             ProfileKind::intermediate, &root, root_key);
    write("intermediate", intermediate);

    const auto leaf_key = new_key("P-256");
    const auto leaf = [&](const char* name) {
        const Validity validity = Validity::from(now - std::chrono::minutes{30}, std::chrono::hours{12});
        return leaf_to_be_signed({{DnsName::parse(name)}, validity}, leaf_key.public_key(), intermediate,
                                 key.signature_algorithm(), new_serial());
    };
    write("good", sign(leaf("www.example.test"), ProfileKind::leaf, &intermediate, key));
    write("wildcard", sign(leaf("*.example.test"), ProfileKind::leaf, &intermediate, key));
    write("foreign", sign_without_lint(leaf("www.example.org"), key));
    write("suffix", sign_without_lint(leaf("www.badexample.test"), key));
    auto address = leaf("www.example.test");
    set_names(address, std::string("\x30\x06\x87\x04\x7f\x00\x00\x01", 8));
    write("address", sign_without_lint(address, key));
}

}  // namespace

int main(int argc, char** argv) {
    if (argc != 2) {
        std::fputs("make-chains FOLDER\n", stderr);
        return 2;
    }
    try {
        write_chains(argv[1], system_now());
        return 0;
    } catch (const std::exception& error) {
        std::fprintf(stderr, "make-chains: %s\n", error.what());
        return 1;
    }
}
