#include "ca/exchange/event.hpp"

#include <cstdint>

namespace halfday {
namespace {

constexpr std::size_t kMostValueBytes = 16 * 1024;  // a datagram that is too large would be no entry at all

std::string size_as_le64(std::size_t size) {
    std::string bytes;
    for (int shift = 0; shift < 64; shift += 8) {
        bytes += static_cast<char>((static_cast<std::uint64_t>(size) >> shift) & 0xff);
    }
    return bytes;
}

}  // namespace

const std::vector<EventMeaning>& all_event_meanings() {
    using enum EventKind;
    constexpr auto info = EventPriority::info, error = EventPriority::error;
    static const std::vector<EventMeaning> meanings{
        {issued, "issued", "6614fd913efb4d8b87f26db96f436026", info},
        {refused, "refused", "9dff021f09a5477189bc5ff6facfc447", error},
        {requested, "requested", "be97081af19f448e9c8db8cf8ff664c7", info},
        {delivered, "delivered", "6bb2c9285fe64faf86e8dc7ca3e65607", info},
        {rolled_back, "rolled_back", "421268a88d174099907dee94bf985e06", error},
        {failed, "failed", "beeea85a13184473932a7fa33a3891fa", error},
        {changed_over, "changed_over", "3f8d87e046d84b95a92cee5f226955d7", EventPriority::notice},
        {news, "news", "d6af40d28cef4e958fa3da05681c04c4", info},
        {warning, "warning", "2dceabd00ed74fcfb3e68d3e42504ce6", EventPriority::warning},
        {stopped, "stopped", "8602d57fa22247f4ac671b3a61a4e914", error},
    };
    return meanings;
}

const EventMeaning& meaning_of(EventKind kind) noexcept {
    return all_event_meanings()[static_cast<std::size_t>(kind)];  // in the order of EventKind
}

std::vector<std::pair<std::string_view, std::string>> journal_fields(const LogEvent& event, std::string_view program) {
    const EventMeaning& meaning = meaning_of(event.kind);
    std::vector<std::pair<std::string_view, std::string>> fields{
        {"MESSAGE", event.text},
        {"MESSAGE_ID", std::string(meaning.message_id)},
        {"PRIORITY", std::to_string(static_cast<int>(meaning.priority))},
        {"SYSLOG_IDENTIFIER", std::string(program)},
        {"OUTCOME", event.outcome.empty() ? std::string(meaning.word) : event.outcome}};
    const auto add = [&](std::string_view name, const std::string& value) {
        if (!value.empty()) fields.emplace_back(name, value);
    };
    add("HOST", event.host ? event.host->text() : "");
    add("CERTIFICATE", event.entry ? event.entry->text() : "");
    add("SERIAL", event.serial);
    add("HINT", event.hint);
    return fields;
}

std::string journal_datagram(const std::vector<std::pair<std::string_view, std::string>>& fields) {
    std::string datagram;
    for (const auto& [name, whole] : fields) {
        const std::string value = whole.substr(0, kMostValueBytes);
        datagram += name;
        datagram += value.find('\n') == std::string::npos ? "=" : "\n" + size_as_le64(value.size());
        datagram += value + "\n";
    }
    return datagram;
}

}  // namespace halfday
