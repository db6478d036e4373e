#include "ca/x509/openssl.hpp"

#include <openssl/err.h>

#include <ctime>
#include <system_error>

namespace halfday::x509 {

namespace {

constexpr std::size_t kMostLength = 1U << 30U;

/// Of a provider or engine that was loaded: it tells what the device said as text beside its own reasons.
bool is_of_module(unsigned long code) { return ERR_GET_LIB(code) >= ERR_LIB_USER; }

}  // namespace

void throw_openssl(ErrorKind kind, const std::string& what, std::string hint) {
    const std::string reasons = drain_openssl_errors();
    throw Error(kind, reasons.empty() ? what : what + ": " + reasons, std::move(hint));
}

std::string drain_openssl_errors() {
    std::string text;
    const char* data = nullptr;
    int flags = 0;
    while (const unsigned long code = ERR_get_error_all(nullptr, nullptr, nullptr, &data, &flags)) {
        const char* reason = ERR_reason_error_string(code);
        if (!text.empty()) text += "; ";
        if (ERR_SYSTEM_ERROR(code)) {
            text += std::generic_category().message(ERR_GET_REASON(code));
        } else {
            text += reason != nullptr ? reason : "error " + std::to_string(code);
        }
        if (is_of_module(code) && (flags & ERR_TXT_STRING) != 0 && *data != '\0') text.append(" (").append(data) += ')';
    }
    return text;
}

int length_of(std::string_view text) {
    if (text.size() > kMostLength) throw Error(ErrorKind::corrupt, "too large for an ASN.1 object");
    return static_cast<int>(text.size());
}

void require(bool done, const char* what) {
    if (!done) throw_openssl(ErrorKind::io, what);
}

std::string encode_item(const ASN1_VALUE* object, const ASN1_ITEM* item) {
    unsigned char* bytes = nullptr;
    const int length = ASN1_item_i2d(object, &bytes, item);
    require(length > 0, "cannot encode DER");
    std::string der(reinterpret_cast<const char*>(bytes), static_cast<std::size_t>(length));
    OPENSSL_free(bytes);
    return der;
}

Time time_of(const ASN1_TIME* time) {
    std::tm parts{};
    if (time == nullptr || ASN1_TIME_to_tm(time, &parts) != 1) throw_openssl(ErrorKind::corrupt, "malformed time");
    return Time{Seconds{timegm(&parts)}};
}

std::string oid_text(const ASN1_OBJECT* object) {
    constexpr int kDotted = 1;
    const int length = OBJ_obj2txt(nullptr, 0, object, kDotted);
    if (length <= 0) throw_openssl(ErrorKind::corrupt, "malformed object identifier");
    std::string text(static_cast<std::size_t>(length), '\0');
    OBJ_obj2txt(text.data(), length + 1, object, kDotted);
    return text;
}

}  // namespace halfday::x509
