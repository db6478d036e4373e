#include "ca/x509/general_names.hpp"

#include "ca/base/error.hpp"
#include "ca/x509/syntax.hpp"

namespace halfday::x509 {
namespace {

GeneralNamePtr general_name(int type, int string_type, std::string_view bytes) {
    auto string = require(StringPtr(ASN1_STRING_type_new(string_type)), kNoMemory);
    set(string.get(), bytes);
    auto name = require(GeneralNamePtr(GENERAL_NAME_new()), kNoMemory);
    GENERAL_NAME_set0_value(name.get(), type, string.release());
    return name;
}

}  // namespace

GeneralNamePtr dns_name(const DnsName& name) { return general_name(GEN_DNS, V_ASN1_IA5STRING, name.text()); }

GeneralNamePtr ip_name(std::string_view bytes) { return general_name(GEN_IPADD, V_ASN1_OCTET_STRING, bytes); }

std::optional<GeneralName> name_of(const GENERAL_NAME* name) {
    try {
        if (name->type == GEN_DNS) {
            const std::string_view text = view_of(name->d.dNSName);
            // A trailing dot, which a person may write, is no part of the preferred name syntax: nothing matches it.
            if (text.ends_with('.')) return std::nullopt;
            return DnsName::parse(text);
        }
    } catch (const Error&) {
        return std::nullopt;
    }
    return name->type == GEN_IPADD ? IpAddress::from_bytes(view_of(name->d.iPAddress)) : std::nullopt;
}

}  // namespace halfday::x509
