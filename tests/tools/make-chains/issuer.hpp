#pragma once

#include <string>
#include <utility>
#include <variant>

#include "ca/base/clock.hpp"
#include "ca/base/error.hpp"
#include "ca/sign/profile.hpp"
#include "ca/sign/signer.hpp"
#include "ca/x509/digest.hpp"

namespace halfday {

inline Serial new_serial() { return Serial::make(1, random_bytes(15)); }

inline PrivateKey new_key(const char* algorithm) { return PrivateKey::generate(KeyAlgorithm::parse(algorithm)); }

inline Certificate sign(const ToBeSigned& tbs, ProfileKind kind, const Certificate* issuer, const PrivateKey& key) {
    auto decision = lint(tbs, kind, issuer);
    if (const auto* refusal = std::get_if<Refusal>(&decision)) {
        throw Error(ErrorKind::usage, refusal->text());
    }
    return sign_certificate(std::get<LintedCertificate>(std::move(decision)), key);
}

inline Certificate sign_without_lint(const ToBeSigned& tbs, const PrivateKey& key) {
    const std::string content = encode_tbs(tbs);
    return Certificate::parse_der(encode_certificate(content, tbs.signature_algorithm, key.sign(content)));
}

/// A root, an intermediate with the same constraints, and what it signs.
class Issuer {
   public:
    Issuer(std::string name, const NameConstraints& constraints, Time now)
        : Issuer(std::move(name), constraints, constraints, now) {}
    /// The intermediate may be one that no root of ours would sign.
    Issuer(std::string name, const NameConstraints& of_root, const NameConstraints& of_intermediate, Time now)
        : name_(std::move(name)),
          now_(now),
          root_(make_root(of_root)),
          intermediate_(make_intermediate(of_intermediate)) {}

    [[nodiscard]] const Certificate& root() const { return root_; }
    [[nodiscard]] const Certificate& intermediate() const { return intermediate_; }
    [[nodiscard]] Certificate good(const char* name) const {
        return sign(leaf(name), ProfileKind::leaf, &intermediate_, key_);
    }
    [[nodiscard]] const PrivateKey& leaf_key() const { return leaf_key_; }
    [[nodiscard]] Certificate bad(const char* name) const { return sign_without_lint(leaf(name), key_); }
    [[nodiscard]] Certificate bad(const ToBeSigned& leaf) const { return sign_without_lint(leaf, key_); }
    [[nodiscard]] ToBeSigned leaf(const char* name) const {
        const Validity validity = Validity::from(now_ - std::chrono::minutes{30}, std::chrono::hours{12});
        return leaf_to_be_signed({{GeneralName::parse(name)}, validity}, leaf_key_.public_key(), intermediate_,
                                 key_.signature_algorithm(), new_serial());
    }

   private:
    [[nodiscard]] Certificate make_root(const NameConstraints& permitted) const {
        const Validity validity = Validity::from(now_ - kCaBackdate, std::chrono::hours{87600});
        return sign(root_to_be_signed({name_ + " Root", permitted, validity}, root_key_.public_key(),
                                      root_key_.signature_algorithm(), new_serial()),
                    ProfileKind::root, nullptr, root_key_);
    }
    [[nodiscard]] Certificate make_intermediate(const NameConstraints& permitted) const {
        const Validity validity = Validity::from(now_ - kCaBackdate, std::chrono::hours{840});
        return sign_without_lint(intermediate_to_be_signed({name_ + " Issuer", permitted, validity}, key_.public_key(),
                                                           root_, root_key_.signature_algorithm(), new_serial()),
                                 root_key_);
    }

    std::string name_;
    Time now_;
    PrivateKey root_key_ = new_key("P-384");
    PrivateKey key_ = new_key("P-256");
    PrivateKey leaf_key_ = new_key("P-256");
    Certificate root_;
    Certificate intermediate_;
};

}  // namespace halfday
