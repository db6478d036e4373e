#include "ca/exchange/wire.hpp"

#include <algorithm>

#include "ca/base/error.hpp"
#include "ca/base/escape.hpp"
#include "ca/exchange/crls.hpp"
#include "ca/exchange/json.hpp"
#include "ca/exchange/ledger_head.hpp"
#include "ca/exchange/message.hpp"
#include "ca/exchange/spool.hpp"

namespace halfday {
namespace {

constexpr JsonLimits kWireLimits{kMostWireBytes, 4096};
constexpr std::size_t kMostHostBytes = 253;
constexpr std::size_t kMostVersionBytes = 64;
constexpr std::size_t kMostIdentityBytes = 256;
constexpr std::size_t kMostNoteBytes = 4096;

void refuse_other_protocol(JsonObject& document) {
    const std::int64_t theirs = document.number("protocol");
    if (theirs != kProtocol) {
        throw Error(ErrorKind::remote,
                    "the other side speaks protocol " + std::to_string(theirs) + ", this side protocol " +
                        std::to_string(kProtocol),
                    "install the same version of halfday on both boxes");
    }
}

/// Parses a document of the wire with `read`; every fault in it is the other side's. Members that `read` does not take
/// are left alone, so that a newer side may say more.
template <class Read>
auto parse_document(std::string_view json, std::string_view noun, Read read) {
    try {
        JsonObject document = parse_json(json, kWireLimits);
        refuse_other_protocol(document);
        return read(document);
    } catch (const Error& error) {
        if (error.kind() == ErrorKind::remote) {
            throw;
        }
        throw Error(ErrorKind::remote, "the " + std::string(noun) + " is not one: " + error.what() +
                                           "; it begins with '" + printable(json, 80) + "'");
    }
}

/// The elements of a list that has at most one for each entry.
template <class Element>
std::vector<Element> read_elements(JsonObject& document, std::string_view list, std::string_view content,
                                   std::size_t most) {
    std::vector<Element> elements;
    for (JsonObject& object : document.objects(list)) {
        const EntryName entry = object.as("entry", EntryName::parse);
        if (std::any_of(elements.begin(), elements.end(), [&](const Element& other) { return other.entry == entry; })) {
            object.fail("entry", "it is there twice");
        }
        elements.push_back(Element{entry, object.bounded(content, most)});
    }
    return elements;
}

/// "" where it is missing, or has another form.
std::string read_lenient(JsonObject& object, std::string_view member, std::size_t most) {
    try {
        return object.bounded(member, most);
    } catch (const Error&) {
        return "";
    }
}

int read_receipt_form(JsonObject& document) {
    constexpr std::int64_t kMost = 1'000;
    return static_cast<int>(std::clamp<std::int64_t>(document.find_number("receipts").value_or(1), 1, kMost));
}

std::vector<std::string> read_heads(JsonObject& document) {
    std::vector<std::string> heads;
    try {
        for (JsonObject& object : document.objects("heads")) {
            if (heads.size() < kMostHeads) heads.push_back(read_lenient(object, "head", kMostHeadBytes));
        }
    } catch (const Error&) {
        return {};
    }
    std::erase(heads, "");
    return heads;
}

std::vector<JsonWriter> write_heads(const std::vector<std::string>& heads) {
    std::vector<JsonWriter> objects;
    for (const std::string& head : heads) {
        objects.push_back(JsonWriter().text("head", head));
    }
    return objects;
}

std::vector<JsonWriter> write_messages(const std::vector<Answer::Message>& messages) {
    std::vector<JsonWriter> objects;
    for (const Answer::Message& message : messages) {
        objects.push_back(JsonWriter().text("entry", message.entry.text()).text("jws", message.jws));
    }
    return objects;
}

}  // namespace

std::string to_json(const Delivery& delivery) {
    std::vector<JsonWriter> chains;
    for (const Delivery::ChainFor& chain : delivery.chains) {
        chains.push_back(JsonWriter().text("entry", chain.entry.text()).text("chain_file", chain.chain_file));
    }
    JsonWriter document;
    document.number("protocol", kProtocol).objects("chains", chains);
    if (!delivery.head.empty()) {
        document.text("head", delivery.head);
    }
    if (!delivery.crls.empty()) {
        document.text("crls", delivery.crls);
    }
    if (delivery.receipts != 1) {
        document.number("receipts", delivery.receipts);
    }
    return document.finish();
}

std::string to_json(const Answer& answer) {
    JsonWriter document;
    document.number("protocol", kProtocol)
        .text("host", answer.host)
        .text("version", answer.version)
        .text("identity", answer.identity)
        .objects("requests", write_messages(answer.requests))
        .objects("receipts", write_messages(answer.receipts))
        .objects("heads", write_heads(answer.heads));
    if (!answer.crl_note.empty()) {
        document.text("crl_note", answer.crl_note);
    }
    return document.finish();
}

Delivery parse_delivery(std::string_view json) {
    return parse_document(json, "delivery", [](JsonObject& document) {
        return Delivery{read_elements<Delivery::ChainFor>(document, "chains", "chain_file", kMostChainFileBytes),
                        read_lenient(document, "head", kMostHeadBytes), read_receipt_form(document),
                        read_lenient(document, "crls", kMostCrlsBytes)};
    });
}

Answer parse_answer(std::string_view json) {
    return parse_document(json, "answer", [](JsonObject& document) {
        Answer answer;
        answer.host = document.bounded("host", kMostHostBytes);
        answer.version = document.bounded("version", kMostVersionBytes);
        answer.identity = document.bounded("identity", kMostIdentityBytes);
        answer.requests = read_elements<Answer::Message>(document, "requests", "jws", kMostMessageBytes);
        answer.receipts = read_elements<Answer::Message>(document, "receipts", "jws", kMostMessageBytes);
        answer.heads = read_heads(document);
        answer.crl_note = read_lenient(document, "crl_note", kMostNoteBytes);
        return answer;
    });
}

}  // namespace halfday
