#include "ca/x509/name.hpp"

#include "ca/base/escape.hpp"
#include "ca/x509/openssl.hpp"
#include "ca/x509/tbs.hpp"

namespace halfday {

namespace {

constexpr long kMostCommonName = 64;  // ub-common-name, RFC 5280 A.1

x509::X509NamePtr read_name(std::string_view name_der) {
    auto name = x509::from_der<x509::X509NamePtr, d2i_X509_NAME>(name_der);
    if (name == nullptr) throw Error(ErrorKind::corrupt, "malformed Name");
    return name;
}

void require_common_name(std::string_view text) {
    ASN1_STRING* copy = nullptr;
    const int type = ASN1_mbstring_ncopy(&copy, x509::bytes_of(text), x509::length_of(text), MBSTRING_UTF8,
                                         B_ASN1_UTF8STRING, 1, kMostCommonName);
    const x509::StringPtr owned(copy);
    if (type != V_ASN1_UTF8STRING) {
        x509::throw_openssl(ErrorKind::usage, "'" + printable(text) + "' cannot be the name of a certificate",
                            "use 1 to 64 characters of UTF-8");
    }
}

}  // namespace

std::string encode_name(std::string_view common_name) {
    const auto name = x509::require(x509::X509NamePtr(X509_NAME_new()), "out of memory");
    if (!common_name.empty()) {
        require_common_name(common_name);
        x509::require(X509_NAME_add_entry_by_NID(name.get(), NID_commonName, V_ASN1_UTF8STRING,
                                                 x509::bytes_of(common_name), x509::length_of(common_name), -1, 0) == 1,
                      "cannot make a Name");
    }
    return x509::to_der<i2d_X509_NAME>(*name);
}

std::string x509::describe_name(std::string_view name_der) {
    const auto name = read_name(name_der);
    const auto bio = require(BioPtr(BIO_new(BIO_s_mem())), "out of memory");
    require(X509_NAME_print_ex(bio.get(), name.get(), 0, XN_FLAG_RFC2253) >= 0, "cannot print a Name");
    char* data = nullptr;
    const long size = BIO_get_mem_data(bio.get(), &data);
    return size > 0 ? std::string(data, static_cast<std::size_t>(size)) : std::string();
}

std::string x509::common_name_of(std::string_view name_der) {
    const auto name = read_name(name_der);
    const int first = X509_NAME_get_index_by_NID(name.get(), NID_commonName, -1);
    if (first < 0 || X509_NAME_get_index_by_NID(name.get(), NID_commonName, first) >= 0) return {};
    return std::string(view_of(X509_NAME_ENTRY_get_data(X509_NAME_get_entry(name.get(), first))));
}

}  // namespace halfday
