#include "ca/x509/extension_list.hpp"

#include <algorithm>

#include "ca/base/escape.hpp"
#include "ca/x509/syntax.hpp"

namespace halfday::x509 {

std::vector<Extension> read_extensions(const STACK_OF(X509_EXTENSION) * list, const char* what) {
    std::vector<Extension> extensions;
    for (int at = 0; at < sk_X509_EXTENSION_num(list); ++at) {
        X509_EXTENSION* entry = sk_X509_EXTENSION_value(list, at);
        Extension extension{oid_text(X509_EXTENSION_get_object(entry)), X509_EXTENSION_get_critical(entry) != 0,
                            std::string(view_of(X509_EXTENSION_get_data(entry)))};
        const bool is_second = std::any_of(extensions.begin(), extensions.end(),
                                           [&extension](const Extension& other) { return other.oid == extension.oid; });
        if (is_second) {
            throw Error(ErrorKind::corrupt, std::string(what) + ": the extension " + extension.oid + " twice");
        }
        extensions.push_back(std::move(extension));
    }
    return extensions;
}

void add_extension(STACK_OF(X509_EXTENSION) * list, const Extension& extension) {
    constexpr int kDottedOnly = 1;
    const auto id = require(ObjectPtr(OBJ_txt2obj(extension.oid.c_str(), kDottedOnly)), "extension");
    const auto value = require(OctetStringPtr(ASN1_OCTET_STRING_new()), kNoMemory);
    set(value.get(), extension.value);
    auto entry =
        require(ExtensionPtr(X509_EXTENSION_create_by_OBJ(nullptr, id.get(), extension.critical ? 1 : 0, value.get())),
                kNoMemory);
    require(sk_X509_EXTENSION_push(list, entry.get()) > 0, kNoMemory);
    static_cast<void>(entry.release());
}

void set_time(ASN1_TIME* field, Time time) {
    require(ASN1_TIME_set(field, time.time_since_epoch().count()) != nullptr, "cannot write a time");
}

std::string hex_of(const ASN1_INTEGER* serial) {
    const std::string digits = to_hex(view_of(serial));
    return ASN1_STRING_type(serial) == V_ASN1_NEG_INTEGER ? "-" + digits : digits;
}

}  // namespace halfday::x509
