// make-chains FOLDER [NAME]: writes root.pem, intermediate.pem and a server certificate for each case, as files for
// other verifiers. The good ones are linted and signed as halfday does it; the bad ones are signed past the lint, so
// that the verifiers see what a thief of the intermediate's key could make. good.key is that of good.pem. The root is
// called NAME Root (Test Root).

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

/// A root, an intermediate with the same constraints, and what it signs.
class Issuer {
   public:
    Issuer(std::string name, const NameConstraints& permitted, Time now)
        : name_(std::move(name)), now_(now), root_(make_root(permitted)), intermediate_(make_intermediate(permitted)) {}

    [[nodiscard]] const Certificate& root() const { return root_; }
    [[nodiscard]] const Certificate& intermediate() const { return intermediate_; }
    [[nodiscard]] Certificate good(const char* name) const {
        return sign(leaf(name), ProfileKind::leaf, &intermediate_, key_);
    }
    [[nodiscard]] const PrivateKey& leaf_key() const { return leaf_key_; }
    [[nodiscard]] Certificate bad(const char* name) const { return sign_without_lint(leaf(name), key_); }

   private:
    [[nodiscard]] Certificate make_root(const NameConstraints& permitted) const {
        const Validity validity = Validity::from(now_ - kCaBackdate, std::chrono::hours{87600});
        return sign(root_to_be_signed({name_ + " Root", permitted, validity}, root_key_.public_key(),
                                      root_key_.signature_algorithm(), new_serial()),
                    ProfileKind::root, nullptr, root_key_);
    }
    [[nodiscard]] Certificate make_intermediate(const NameConstraints& permitted) const {
        const Validity validity = Validity::from(now_ - kCaBackdate, std::chrono::hours{840});
        return sign(intermediate_to_be_signed({name_ + " Issuer", permitted, validity}, key_.public_key(), root_,
                                              root_key_.signature_algorithm(), new_serial()),
                    ProfileKind::intermediate, &root_, root_key_);
    }
    [[nodiscard]] ToBeSigned leaf(const char* name) const {
        const Validity validity = Validity::from(now_ - std::chrono::minutes{30}, std::chrono::hours{12});
        return leaf_to_be_signed({{GeneralName::parse(name)}, validity}, leaf_key_.public_key(), intermediate_,
                                 key_.signature_algorithm(), new_serial());
    }

    std::string name_;
    Time now_;
    PrivateKey root_key_ = new_key("P-384");
    PrivateKey key_ = new_key("P-256");
    PrivateKey leaf_key_ = new_key("P-256");
    Certificate root_;
    Certificate intermediate_;
};

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
