#include "distribute/receive/record.hpp"

#include <charconv>

#include "ca/base/error.hpp"
#include "ca/exchange/json.hpp"

namespace halfday {
namespace {

constexpr JsonLimits kRecordLimits{4096, 32};
constexpr std::size_t kMostRecordReasonBytes = 500;
constexpr std::size_t kMostCounterBytes = 32;

}  // namespace

Record read_record(const ReceiverPlaces& places, const EntryName& entry) {
    const Path file = places.record_of(entry);
    const std::optional<std::string> json = read_file_if_there(file, kRecordLimits.bytes);
    if (!json) return {};
    try {
        JsonObject object = parse_json(*json, kRecordLimits);
        Record record;
        record.outcome = object.as("outcome", parse_outcome);
        record.attempted = object.text("attempted");
        record.reason = object.text("reason");
        record.proved = object.text("proved");
        record.proved_at = object.find_numeric_date("proved_at");
        record.story = object.find_text("story").value_or("");
        object.finish();
        return record;
    } catch (const Error& error) {
        throw Error(ErrorKind::corrupt, "'" + file.string() + "' is damaged: " + error.what(), "delete it");
    }
}

void write_record(const ReceiverPlaces& places, const EntryName& entry, const Record& record) {
    const std::string json = JsonWriter()
                                 .text("outcome", to_text(record.outcome))
                                 .text("attempted", record.attempted)
                                 .text("reason", record.reason.substr(0, kMostRecordReasonBytes))
                                 .text("proved", record.proved)
                                 .numeric_date("proved_at", record.proved_at)
                                 .text("story", record.story)
                                 .finish();
    const Path file = places.record_of(entry);
    if (read_file_if_there(file, kRecordLimits.bytes) != json) replace_file(file, json);
}

std::uint64_t next_counter(const ReceiverPlaces& places) {
    std::uint64_t last = 0;
    if (const auto text = read_file_if_there(places.counter(), kMostCounterBytes)) {
        const auto [end, error] = std::from_chars(text->data(), text->data() + text->size(), last);
        if (error != std::errc{} || end != text->data() + text->size()) {
            throw Error(ErrorKind::corrupt, "'" + places.counter().string() + "' holds no number",
                        "write a number into it that is above the last receipt's counter");
        }
    }
    replace_file(places.counter(), std::to_string(last + 1));
    return last + 1;
}

}  // namespace halfday
