#include "distribute/receive/journal.hpp"

#include <cstdio>

#include "ca/base/error.hpp"
#include "ca/exchange/json.hpp"

namespace halfday {
namespace {

constexpr std::size_t kMostJournalReasonBytes = 1000;  // a JSON text of it has six times that at most
constexpr JsonLimits kJournalLimits{8192, 32};

bool flag(JsonObject& object, std::string_view key) { return object.number(key) != 0; }

JournalEntry::Direction parse_direction(const std::string& text) {
    if (text == "forward") return JournalEntry::Direction::forward;
    if (text == "back") return JournalEntry::Direction::back;
    throw Error(ErrorKind::corrupt, "neither forward nor back");
}

}  // namespace

std::optional<JournalEntry> read_journal(const ReceiverPlaces& places, const EntryName& entry) {
    const Path file = places.journal_of(entry);
    const std::optional<std::string> json = read_file_if_there(file, kJournalLimits.bytes);
    if (!json) return std::nullopt;
    try {
        JsonObject object = parse_json(*json, kJournalLimits);
        JournalEntry journal;
        journal.direction = object.as("direction", parse_direction);
        journal.to = object.as("to", Serial::parse);
        if (const auto from = object.find_text("from")) journal.from = Serial::parse(*from);
        journal.old_was_served = flag(object, "old_was_served");
        journal.reason = object.text("reason");
        object.finish();
        return journal;
    } catch (const Error& error) {
        throw Error(ErrorKind::corrupt, "'" + file.string() + "' is damaged: " + error.what(), "move it away");
    }
}

void write_journal(const ReceiverPlaces& places, const EntryName& entry, const JournalEntry& journal) {
    JsonWriter json;
    json.text("direction", journal.direction == JournalEntry::Direction::forward ? "forward" : "back");
    json.text("to", journal.to.hex());
    if (journal.from) json.text("from", journal.from->hex());
    json.number("old_was_served", journal.old_was_served ? 1 : 0);
    json.text("reason", journal.reason.substr(0, kMostJournalReasonBytes));
    replace_file(places.journal_of(entry), json.finish());
}

void set_journal_aside(const ReceiverPlaces& places, const EntryName& entry) {
    const Path file = places.journal_of(entry);
    const Path aside = places.journal() / (entry.text() + ".damaged");
    if (::rename(file.c_str(), aside.c_str()) != 0) throw_errno("cannot move '" + file.string() + "' away");
}

void remove_journal(const ReceiverPlaces& places, const EntryName& entry) { remove_file(places.journal_of(entry)); }

}  // namespace halfday
