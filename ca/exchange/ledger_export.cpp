#include "ca/exchange/ledger_export.hpp"

#include <algorithm>
#include <variant>
#include <vector>

#include "ca/base/error.hpp"
#include "ca/exchange/json.hpp"
#include "ca/x509/chain.hpp"

namespace halfday {
namespace {

constexpr std::string_view kFormat = "halfday ledger export 1";
constexpr JsonLimits kExportLineLimits{kMostExportLineBytes, 64};

JsonObject parse_line(std::string_view line) { return parse_json(line, kExportLineLimits); }

/// Takes the first line; what is wrong with its signed head is the export's fault.
ExportFacts read_header(std::string_view line) {
    ExportFacts facts;
    std::string signed_head;
    try {
        JsonObject object = parse_line(line);
        if (object.text("format") != kFormat) {
            object.fail("format", "it is not '" + std::string(kFormat) + "'");
        }
        facts.head = {object.text("log"), object.number("size"), object.text("hash")};
        for (JsonObject& origin : object.find_objects("restored_from")) {
            facts.origins.push_back(
                {{origin.text("log"), origin.number("size"), origin.text("hash")}, origin.text("key")});
        }
        signed_head = object.find_text("head").value_or("");
    } catch (const Error& error) {
        throw Error(ErrorKind::corrupt, std::string("this is not an exported ledger: ") + error.what(),
                    "halfday ledger export > FILE makes one");
    }
    if (signed_head.empty()) {
        return facts;
    }
    const auto opened = open_head(signed_head);
    if (const auto* const refusal = std::get_if<Refusal>(&opened)) {
        facts.fault = "its signed head does not hold: " + refusal->text();
    } else if (const auto& signature = std::get<SignedHead>(opened); signature.head != facts.head) {
        facts.fault = "its signed head is of another ledger or another size";
    } else {
        facts.key = signature.key;
    }
    return facts;
}

/// The chain of a log that the rows were restored from: the same rows, bound under its id.
class OriginChain {
   public:
    OriginChain(const LedgerOrigin& origin, const ExportQuestions& questions, ExportFacts& facts)
        : origin_(origin), questions_(questions), hashes_(facts.origin_hashes[origin.head.log_id]) {
        answer(0, genesis_hash(origin.head.log_id));
    }

    void take(BoundRow bound) {
        if (bound.row.sequence <= origin_.head.size) {
            bound.previous_hash = hash_;
            answer(bound.row.sequence, row_hash(bound));
        }
    }

    [[nodiscard]] std::string fault() const {
        return size_ == origin_.head.size && hash_ == origin_.head.hash
                   ? ""
                   : "its rows are not those of the log " + printable(origin_.head.log_id) +
                         " that it says it was restored from";
    }

   private:
    void answer(std::int64_t size, std::string hash) {
        size_ = size;
        hash_ = std::move(hash);
        if (questions_.sizes.contains(size_)) {
            hashes_[size_] = hash_;
        }
    }

    LedgerOrigin origin_;
    const ExportQuestions& questions_;
    std::map<std::int64_t, std::string>& hashes_;
    std::int64_t size_ = 0;
    std::string hash_;
};

/// Walks the rows, keeping the place and the first fault.
class RowWalk {
   public:
    RowWalk(ExportFacts& facts, const ExportQuestions& questions)
        : facts_(facts), questions_(questions), hash_(genesis_hash(facts.head.log_id)) {
        answer_size();
        for (const LedgerOrigin& origin : facts.origins) {
            origins_.emplace_back(origin, questions, facts);
        }
    }

    void take(std::string_view line) {
        ++lines_;
        try {
            take_row(parse_export_row(line));
        } catch (const Error& error) {
            note("line " + std::to_string(lines_ + 1) + ": " + error.what());
        }
    }

    void finish() {
        if (size_ != facts_.head.size) {
            note("it has " + std::to_string(size_) + " rows, and says that it has " + std::to_string(facts_.head.size));
        } else if (hash_ != facts_.head.hash) {
            note("its last row is not the one that it says it is");
        }
        for (const OriginChain& origin : origins_) {
            if (const std::string fault = origin.fault(); !fault.empty()) {
                note(fault);
            }
        }
    }

   private:
    void take_row(const ExportedRow& row) {
        if (const std::string fault = fault_of_row(row.bound, row.hash, size_, hash_); !fault.empty()) {
            note(fault);
        }
        for (OriginChain& origin : origins_) {
            origin.take(row.bound);
        }
        size_ = row.bound.row.sequence;
        hash_ = row.hash;
        answer_size();
        if (questions_.serials.contains(row.bound.row.serial)) {
            facts_.serials.insert(row.bound.row.serial);
        }
    }

    void answer_size() {
        if (questions_.sizes.contains(size_)) {
            facts_.hashes[size_] = hash_;
        }
    }

    void note(const std::string& fault) {
        if (facts_.fault.empty()) {
            facts_.fault = fault;
        }
    }

    ExportFacts& facts_;
    const ExportQuestions& questions_;
    std::vector<OriginChain> origins_;
    std::string hash_;
    std::int64_t size_ = 0;
    std::int64_t lines_ = 0;
};

}  // namespace

std::string export_line(const LedgerHead& head, std::string_view signed_head,
                        const std::vector<LedgerOrigin>& origins) {
    JsonWriter object;
    object.text("format", kFormat).text("log", head.log_id).number("size", head.size).text("hash", head.hash);
    if (!signed_head.empty()) {
        object.text("head", signed_head);
    }
    if (!origins.empty()) {
        std::vector<JsonWriter> logs;
        for (const auto& [at, key] : origins) {
            logs.push_back(
                JsonWriter().text("log", at.log_id).number("size", at.size).text("hash", at.hash).text("key", key));
        }
        object.objects("restored_from", logs);
    }
    return object.finish() + "\n";
}

std::string export_line(const BoundRow& bound, std::string_view hash, std::string_view chain_pem) {
    const LedgerRow& row = bound.row;
    return JsonWriter()
               .number("sequence", row.sequence)
               .numeric_date("at", row.at)
               .text("host", row.host)
               .text("entry", row.entry)
               .text("request_id", row.request_id)
               .text("request_sha256", row.request_sha256)
               .text("serial", row.serial)
               .numeric_date("not_before", row.not_before)
               .numeric_date("not_after", row.not_after)
               .text("names", bound.names)
               .text("chain", chain_pem)
               .text("previous_hash", bound.previous_hash)
               .text("hash", hash)
               .finish() +
           "\n";
}

ExportedRow parse_export_row(std::string_view line) {
    JsonObject object = parse_line(line);
    const Chain chain = object.as("chain", parse_chain);
    if (chain.size() != 2) {
        object.fail("chain", "it is not a certificate and its intermediate");
    }
    const std::string names = object.text("names");
    return {{.row = {.sequence = object.number("sequence"),
                     .at = object.numeric_date("at"),
                     .host = object.text("host"),
                     .entry = object.text("entry"),
                     .request_id = object.text("request_id"),
                     .request_sha256 = object.text("request_sha256"),
                     .serial = object.text("serial"),
                     .not_before = object.numeric_date("not_before"),
                     .not_after = object.numeric_date("not_after"),
                     .names = split_row_names(names)},
             .names = names,
             .certificate_der = chain.front().der(),
             .intermediate_sha256 = chain.back().sha256(),
             .previous_hash = object.text("previous_hash")},
            object.text("hash"),
            object.text("chain")};
}

ExportFacts read_export(const NextLine& next, const ExportQuestions& questions) {
    ExportFacts facts = read_header(next().value_or(""));
    RowWalk walk(facts, questions);
    while (const auto line = next()) {
        walk.take(*line);
    }
    walk.finish();
    return facts;
}

}  // namespace halfday
