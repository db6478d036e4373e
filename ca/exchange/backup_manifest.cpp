#include "ca/exchange/backup_manifest.hpp"

#include <fmt/core.h>

#include <set>

#include "ca/base/error.hpp"
#include "ca/exchange/json.hpp"
#include "ca/x509/digest.hpp"

namespace halfday {
namespace {

constexpr JsonLimits kManifestLimits{kMostManifestBytes, 1'000'000};
constexpr std::int64_t kMostLedgerBytes = std::int64_t{1} << 42;  // 4 TiB

BackedUpKey parse_key(const std::string& text) {
    for (const BackedUpKey key : {BackedUpKey::sealed, BackedUpKey::left_out, BackedUpKey::elsewhere}) {
        if (to_text(key) == text) {
            return key;
        }
    }
    throw Error(ErrorKind::corrupt, "it is none of sealed, left out, elsewhere");
}

BackupFile read_file_entry(JsonObject& object) {
    BackupFile file{object.text("path"), object.number("size"), object.text("sha256")};
    object.finish();
    if (!is_backup_path(file.path)) {
        object.fail("path", "no backup has a file '" + printable(file.path) + "'");
    }
    const bool is_history = file.path == kBackupLedger || file.path.starts_with(kBackupArchives);
    const auto most = is_history ? kMostLedgerBytes : static_cast<std::int64_t>(kMostBackupFileBytes);
    if (file.size < 0 || file.size > most) {
        object.fail("size", fmt::format("it is not within 0 and {}", most));
    }
    return file;
}

void require_format(JsonObject& object) {
    const std::int64_t format = object.number("format");
    if (format != kBackupFormat) {
        throw Error(ErrorKind::corrupt,
                    fmt::format("it has format {}, and this program knows {}", format, kBackupFormat),
                    "restore it with the halfday that made it");
    }
}

}  // namespace

std::string_view to_text(BackedUpKey key) {
    switch (key) {
        case BackedUpKey::sealed:
            return "sealed";
        case BackedUpKey::left_out:
            return "left out";
        case BackedUpKey::elsewhere:
            return "elsewhere";
    }
    return "";
}

std::string to_json(const BackupManifest& manifest) {
    std::vector<JsonWriter> files;
    for (const BackupFile& file : manifest.files) {
        files.push_back(JsonWriter().text("path", file.path).number("size", file.size).text("sha256", file.sha256));
    }
    return JsonWriter()
               .number("format", kBackupFormat)
               .numeric_date("made_at", manifest.made_at)
               .text("root", manifest.root)
               .text("log", manifest.ledger.log_id)
               .number("rows", manifest.ledger.size)
               .text("head", manifest.ledger.hash)
               .text("ledger_key", manifest.ledger_key)
               .text("issuer_key", to_text(manifest.key))
               .objects("files", files)
               .finish() +
           "\n";
}

std::string manifest_sum(std::string_view json) {
    return sha256_hex(json) + "  " + std::string(kBackupManifestName) + "\n";
}

BackupManifest parse_backup_manifest(std::string_view json) {
    JsonObject object = parse_json(json, kManifestLimits);
    require_format(object);
    BackupManifest manifest{.made_at = object.numeric_date("made_at"),
                            .root = object.text("root"),
                            .ledger = {object.text("log"), object.number("rows"), object.text("head")},
                            .ledger_key = object.text("ledger_key"),
                            .key = object.as("issuer_key", parse_key),
                            .files = {}};
    std::set<std::string> paths;
    for (JsonObject& each : object.objects("files")) {
        manifest.files.push_back(read_file_entry(each));
        if (!paths.insert(manifest.files.back().path).second) {
            each.fail("path", "'" + manifest.files.back().path + "' is there twice");
        }
    }
    object.finish();
    return manifest;
}

}  // namespace halfday
