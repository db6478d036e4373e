#include "ca/token/pkcs11.hpp"

#include <algorithm>
#include <array>

#include "ca/base/escape.hpp"

namespace halfday::pkcs11 {
namespace {

constexpr std::size_t kMostAttributeBytes = 4096;

/// PKCS#11 pads its texts with blanks.
std::string padded(const CK_UTF8CHAR* text, std::size_t size) {
    std::string result(reinterpret_cast<const char*>(text), size);
    result.erase(result.find_last_not_of(' ') + 1);
    return result;
}

std::vector<CK_SLOT_ID> slots_of(CK_FUNCTION_LIST* module) {
    CK_ULONG count = 0;
    std::vector<CK_SLOT_ID> slots;
    if (module->C_GetSlotList(CK_TRUE, nullptr, &count) != CKR_OK || count == 0) {
        return slots;
    }
    slots.resize(count);
    if (module->C_GetSlotList(CK_TRUE, slots.data(), &count) != CKR_OK) {
        count = 0;
    }
    slots.resize(count);
    return slots;
}

bool fits_module(CK_FUNCTION_LIST* module, const Uri& uri) {
    CK_INFO info{};
    const char* wanted = p11_kit_uri_get_module_name(uri.get());
    const std::unique_ptr<char, decltype(&std::free)> name(p11_kit_module_get_name(module), &std::free);
    const bool fits_name = wanted == nullptr || (name && std::string_view(wanted) == name.get());
    return fits_name && module->C_GetInfo(&info) == CKR_OK && p11_kit_uri_match_module_info(uri.get(), &info) == 1;
}

bool fits_slot(CK_FUNCTION_LIST* module, CK_SLOT_ID slot, const Uri& uri) {
    CK_SLOT_INFO info{};
    const CK_SLOT_ID wanted = p11_kit_uri_get_slot_id(uri.get());
    const bool fits_id = wanted == static_cast<CK_SLOT_ID>(-1) || wanted == slot;
    return fits_id && module->C_GetSlotInfo(slot, &info) == CKR_OK &&
           p11_kit_uri_match_slot_info(uri.get(), &info) == 1;
}

/// Not so a token that was never set up, and those of p11-kit's own trust module, which have certificates.
bool may_have_keys(const CK_TOKEN_INFO& info) {
    const bool is_for_reading = (info.flags & CKF_WRITE_PROTECTED) != 0 && (info.flags & CKF_LOGIN_REQUIRED) == 0;
    return (info.flags & CKF_TOKEN_INITIALIZED) != 0 && !is_for_reading;
}

std::vector<Token> tokens_in(CK_FUNCTION_LIST* module, const Uri& uri) {
    std::vector<Token> tokens;
    for (const CK_SLOT_ID slot : slots_of(module)) {
        CK_TOKEN_INFO info{};
        if (fits_slot(module, slot, uri) && module->C_GetTokenInfo(slot, &info) == CKR_OK && may_have_keys(info) &&
            p11_kit_uri_match_token_info(uri.get(), &info) == 1) {
            tokens.push_back({module, slot, info});
        }
    }
    return tokens;
}

std::string labels_of(const std::vector<Token>& tokens) {
    std::string labels;
    for (const Token& token : tokens) {
        labels.append(labels.empty() ? "" : ", ").append(token.label());
    }
    return labels;
}

std::string last_message() {
    const char* message = p11_kit_message();
    return message != nullptr ? printable(message) : "no reason given";
}

}  // namespace

void fail(ErrorKind kind, const std::string& what, CK_RV reason, std::string hint) {
    throw Error(kind, what + ": " + p11_kit_strerror(reason), std::move(hint));
}

Uri::Uri(const KeyUri& uri) : uri_(p11_kit_uri_new()), shown_("'" + printable(uri.text()) + "'") {
    const int result = p11_kit_uri_parse(uri.text().c_str(), P11_KIT_URI_FOR_ANY, uri_.get());
    if (result != P11_KIT_URI_OK) {
        throw Error(ErrorKind::usage, "key " + shown_ + ": " + p11_kit_uri_message(result));
    }
}

std::string Uri::module_path() const {
    const char* path = p11_kit_uri_get_module_path(uri_.get());
    return path != nullptr ? path : "";
}

std::optional<std::string> Uri::attribute(CK_ATTRIBUTE_TYPE type) const {
    const CK_ATTRIBUTE* found = p11_kit_uri_get_attribute(uri_.get(), type);
    if (found == nullptr || found->ulValueLen == 0) {
        return std::nullopt;
    }
    return std::string(static_cast<const char*>(found->pValue), found->ulValueLen);
}

Modules::Modules(const Uri& uri) {
    p11_kit_be_quiet();
    const std::string path = uri.module_path();
    if (path.empty()) {
        registered_ = p11_kit_modules_load_and_initialize(0);
        for (CK_FUNCTION_LIST** each = registered_; each != nullptr && *each != nullptr; ++each) {
            all_.push_back(*each);
        }
        return;
    }
    named_ = p11_kit_module_load(path.c_str(), P11_KIT_MODULE_CRITICAL);
    if (named_ == nullptr) {
        throw Error(ErrorKind::not_found, "cannot load the PKCS#11 module '" + printable(path) + "': " + last_message(),
                    "module-path in the key's URI is the library that came with the token");
    }
    if (const CK_RV result = p11_kit_module_initialize(named_); result != CKR_OK) {
        p11_kit_module_release(named_);
        fail(ErrorKind::io, "the PKCS#11 module '" + printable(path) + "'", result);
    }
    all_.push_back(named_);
}

Modules::~Modules() {
    if (registered_ != nullptr) {
        p11_kit_modules_finalize_and_release(registered_);
    }
    if (named_ != nullptr) {
        p11_kit_module_finalize(named_);
        p11_kit_module_release(named_);
    }
}

std::string Token::label() const { return "'" + printable(padded(info.label, sizeof info.label)) + "'"; }

Token find_token(const Modules& modules, const Uri& uri) {
    std::vector<Token> found;
    for (CK_FUNCTION_LIST* module : modules.all()) {
        if (fits_module(module, uri)) {
            const auto more = tokens_in(module, uri);
            found.insert(found.end(), more.begin(), more.end());
        }
    }
    if (found.empty()) {
        throw Error(
            ErrorKind::not_found, "no token fits the key " + uri.shown(),
            "plug it in; `p11-kit list-modules` shows the tokens that are there, and module-path in the URI names a "
            "library that p11-kit doesn't know");
    }
    if (found.size() > 1) {
        throw Error(ErrorKind::usage, "the key " + uri.shown() + " fits several tokens: " + labels_of(found),
                    "add token= or serial= to the URI");
    }
    return found.front();
}

Session::Session(const Token& token, SessionUse use) : token_(token) {
    const CK_FLAGS flags = CKF_SERIAL_SESSION | (use == SessionUse::write ? CKF_RW_SESSION : 0);
    const CK_RV result = token.module->C_OpenSession(token.slot, flags, nullptr, nullptr, &handle_);
    if (result != CKR_OK) {
        fail(ErrorKind::io, "cannot talk to the token " + token.label(), result);
    }
}

Session::~Session() {
    if (logged_in_) {
        token_.module->C_Logout(handle_);
    }
    token_.module->C_CloseSession(handle_);
}

void Session::log_in(const Secret* pin) {
    if ((token_.info.flags & CKF_USER_PIN_FINAL_TRY) != 0) {
        throw Error(ErrorKind::usage,
                    "the token " + token_.label() + " allows one more wrong PIN and then locks, so it isn't asked",
                    "prove that the PIN is right with `pkcs11-tool --login --list-objects`, which sets the count back");
    }
    const std::string_view text = pin != nullptr ? pin->reveal() : std::string_view();
    // PKCS#11's C API has no const.
    auto* bytes = pin != nullptr ? reinterpret_cast<CK_UTF8CHAR*>(const_cast<char*>(text.data())) : nullptr;
    const CK_RV result = token_.module->C_Login(handle_, CKU_USER, bytes, text.size());
    logged_in_ = result == CKR_OK;
    if (result == CKR_OK || result == CKR_USER_ALREADY_LOGGED_IN) {
        return;
    }
    if (result == CKR_PIN_LOCKED) {
        fail(ErrorKind::usage, "the PIN of the token " + token_.label() + " is locked", result,
             "its security officer sets a new one (`pkcs11-tool --login --login-type so --init-pin`)");
    }
    const bool is_wrong = result == CKR_PIN_INCORRECT || result == CKR_PIN_LEN_RANGE || result == CKR_PIN_INVALID;
    fail(is_wrong ? ErrorKind::usage : ErrorKind::io,
         (is_wrong ? "wrong PIN for the token " : "cannot log in to the token ") + token_.label(), result,
         is_wrong ? "most tokens lock after a few wrong ones" : "");
}

std::vector<CK_OBJECT_HANDLE> Session::private_keys(const Uri& uri) const {
    constexpr CK_ULONG kMostFound = 16;
    CK_OBJECT_CLASS private_key = CKO_PRIVATE_KEY;
    CK_BBOOL yes = CK_TRUE;
    const auto label = uri.attribute(CKA_LABEL);
    const auto id = uri.attribute(CKA_ID);
    std::vector<CK_ATTRIBUTE> wanted = {{CKA_CLASS, &private_key, sizeof private_key}, {CKA_TOKEN, &yes, sizeof yes}};
    if (label) {
        wanted.push_back(attribute(CKA_LABEL, *label));
    }
    if (id) {
        wanted.push_back(attribute(CKA_ID, *id));
    }
    std::vector<CK_OBJECT_HANDLE> found(kMostFound);
    CK_ULONG count = 0;
    CK_RV result = token_.module->C_FindObjectsInit(handle_, wanted.data(), wanted.size());
    if (result == CKR_OK) {
        result = token_.module->C_FindObjects(handle_, found.data(), kMostFound, &count);
        token_.module->C_FindObjectsFinal(handle_);
    }
    if (result != CKR_OK) {
        fail(ErrorKind::io, "cannot look for keys in the token " + token_.label(), result);
    }
    found.resize(count);
    return found;
}

std::string Session::bytes_of(CK_OBJECT_HANDLE object, CK_ATTRIBUTE_TYPE type) const {
    std::array<char, kMostAttributeBytes> value{};
    CK_ATTRIBUTE asked{type, value.data(), value.size()};
    if (token_.module->C_GetAttributeValue(handle_, object, &asked, 1) != CKR_OK || asked.ulValueLen > value.size()) {
        return "";
    }
    return std::string(value.data(), asked.ulValueLen);
}

CK_ATTRIBUTE attribute(CK_ATTRIBUTE_TYPE type, std::string_view value) {
    return {type, const_cast<char*>(value.data()), value.size()};  // PKCS#11's C API has no const
}

}  // namespace halfday::pkcs11
