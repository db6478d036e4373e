#include "ca/sign/profile.hpp"

namespace halfday {

namespace {

ToBeSigned without_extensions(const Validity& validity, const PublicKey& key, std::string signature_algorithm,
                              const Serial& serial) {
    return {.serial = serial,
            .signature_algorithm = std::move(signature_algorithm),
            .issuer = {},
            .not_before = validity.not_before,
            .not_after = validity.not_after,
            .subject = {},
            .spki = key.spki(),
            .extensions = {},
            .key = key};
}

}  // namespace

ToBeSigned root_to_be_signed(const RootProfile& profile, const PublicKey& key, std::string signature_algorithm,
                             const Serial& serial) {
    ToBeSigned tbs = without_extensions(profile.validity, key, std::move(signature_algorithm), serial);
    tbs.issuer = encode_name(profile.name);
    tbs.subject = tbs.issuer;
    tbs.extensions = {
        basic_constraints_ca(std::nullopt),    key_usage(KeyUsage::certificate_and_crl_sign),
        subject_key_identifier(key.spki()),    authority_key_identifier(key_identifier(key.spki())),
        name_constraints(profile.constraints),
    };
    return tbs;
}

ToBeSigned intermediate_to_be_signed(const IntermediateProfile& profile, const PublicKey& key, const Certificate& root,
                                     std::string signature_algorithm, const Serial& serial) {
    ToBeSigned tbs = without_extensions(profile.validity, key, std::move(signature_algorithm), serial);
    tbs.issuer = root.subject_der();
    tbs.subject = encode_name(profile.name);
    tbs.extensions = {
        basic_constraints_ca(0),
        key_usage(KeyUsage::certificate_and_crl_sign),
        extended_key_usage(profile.purpose),
        subject_key_identifier(key.spki()),
        authority_key_identifier(root.subject_key_identifier()),
        name_constraints(profile.constraints),
    };
    return tbs;
}

ToBeSigned cross_to_be_signed(const CrossProfile& profile, const Certificate& subject, const Certificate& root,
                              std::string signature_algorithm, const Serial& serial) {
    ToBeSigned tbs = without_extensions(profile.validity, subject.public_key(), std::move(signature_algorithm), serial);
    tbs.issuer = root.subject_der();
    tbs.subject = subject.subject_der();
    tbs.extensions = {
        basic_constraints_ca(1),
        key_usage(KeyUsage::certificate_and_crl_sign),
        subject_key_identifier(subject.spki()),
        authority_key_identifier(root.subject_key_identifier()),
        name_constraints(profile.constraints),
    };
    return tbs;
}

ToBeSigned leaf_to_be_signed(const LeafProfile& profile, const PublicKey& key, const Certificate& intermediate,
                             std::string signature_algorithm, const Serial& serial) {
    ToBeSigned tbs = without_extensions(profile.validity, key, std::move(signature_algorithm), serial);
    tbs.issuer = intermediate.subject_der();
    tbs.subject = encode_name("");
    tbs.extensions = {
        basic_constraints_leaf(),
        key_usage(KeyUsage::digital_signature),
        extended_key_usage(profile.purpose),
        subject_alternative_name(profile.names),
        authority_key_identifier(intermediate.subject_key_identifier()),
        no_rev_avail(),
    };
    return tbs;
}

}  // namespace halfday
