#include "distribute/push/reception.hpp"

#include <algorithm>

#include "ca/base/duration.hpp"
#include "ca/base/error.hpp"
#include "ca/base/escape.hpp"
#include "ca/exchange/ledger_head.hpp"
#include "ca/exchange/message.hpp"
#include "ca/exchange/next_step.hpp"

namespace halfday {
namespace {

constexpr std::size_t kMostVersionBytes = 64;
constexpr std::size_t kMostProblems = 5;  // that a host's line in `halfday status` tells

const Answer::Message* find(const std::vector<Answer::Message>& messages, const EntryName& entry) {
    const auto found =
        std::find_if(messages.begin(), messages.end(), [&](const auto& message) { return message.entry == entry; });
    return found == messages.end() ? nullptr : &*found;
}

EntryRecord facts_of(const Receipt& receipt) {
    return {.delivered = {},
            .counter = receipt.counter,
            .outcome = receipt.outcome,
            .reason = receipt.reason,
            .attempted = receipt.attempted,
            .serving = receipt.serving,
            .not_after = receipt.not_after,
            .proved_at = receipt.proved_at,
            .story = receipt.story,
            .fetched_at = {},
            .sent_at = {},
            .asked_at = {},
            .findings = receipt.findings};
}

/// Builds a Reception, one finding after the other.
class Desk {
   public:
    Desk(const Errand& errand, const HostRecord& known, const Interval& when)
        : errand_(errand), when_(when), out_{known, {}, {}, {}} {
        out_.record.problem.clear();
        out_.record.hint.clear();
    }

    /// Of the host or what lies between; `halfday status` shows it.
    void problem(const std::optional<EntryName>& entry, const std::string& text, const std::string& hint) {
        std::string& all = out_.record.problem;
        if (all.empty()) out_.record.hint = hint;
        if (++problems_ <= kMostProblems) {
            all += (all.empty() ? "" : "; ") + (entry ? entry->text() + ": " : std::string()) + text;
        }
        out_.notices.push_back({Notice::Kind::problem, errand_.host->name, entry, text, hint});
    }

    void answered(const Answer& answer) {
        out_.record.reached_at = when_.end;
        out_.record.version = answer.version.substr(0, kMostVersionBytes);
        out_.record.misses = {};
    }

    void missed() { out_.record.misses = another_miss(out_.record.misses, when_.end); }

    void take_requests(const Answer& answer) {
        for (const Answer::Message& request : answer.requests) {
            if (errand_.host->find(request.entry) != nullptr) out_.requests.push_back(request);
        }
        for (const EntryName& entry : errand_.asked) {
            if (find(answer.requests, entry) == nullptr) {
                problem(entry, "the host gave no request for it", "add it to receiver.yaml on that host");
            }
        }
    }

    void take_receipts(const Answer& answer, const std::vector<Fingerprint>& roots) {
        for (const Entry& entry : errand_.host->certificates) {
            const Answer::Message* message = find(answer.receipts, entry.name);
            const Sent* sent = sent_for(entry.name);
            if (message != nullptr) {
                take_receipt(*message, sent, roots);
            } else if (sent != nullptr) {
                problem(entry.name, "the host did not say what became of the chain",
                        "add the entry to receiver.yaml on that host");
            }
        }
    }

    void take_heads(const Answer& answer) { out_.record.heads = keep_head_texts(out_.record.heads, answer.heads); }

    void take_crl_note(const Answer& answer) {
        if (answer.crl_note.empty()) return;
        out_.notices.push_back({Notice::Kind::warning,
                                errand_.host->name,
                                {},
                                "it keeps the CRL that it has: " + printable(answer.crl_note, 500),
                                "halfday accept the newest CRL of the air-gapped box"});
    }

    Reception finish() {
        if (problems_ > kMostProblems) {
            out_.record.problem += "; … and " + std::to_string(problems_ - kMostProblems) + " more";
        }
        return std::move(out_);
    }

   private:
    const Sent* sent_for(const EntryName& entry) const {
        const auto found = std::find_if(errand_.sent.begin(), errand_.sent.end(),
                                        [&](const Sent& sent) { return sent.entry == entry; });
        return found == errand_.sent.end() ? nullptr : &*found;
    }

    void take_receipt(const Answer::Message& message, const Sent* sent, const std::vector<Fingerprint>& roots) {
        const Host& host = *errand_.host;
        const auto opened = open_receipt(message.jws, host.identity, {host.name, message.entry, roots});
        if (const auto* refusal = std::get_if<Refusal>(&opened)) {
            problem(message.entry, "its receipt is not to be believed: " + refusal->text(),
                    "the host's identity and root must be those that were pinned for it");
            return;
        }
        const auto& receipt = std::get<Receipt>(opened);
        EntryRecord& record = out_.record.entries[message.entry];
        if (receipt.counter < record.counter) {
            problem(message.entry,
                    "its receipt is older than the newest one (counter " + std::to_string(receipt.counter) + " after " +
                        std::to_string(record.counter) + ")",
                    "was that host restored from a backup? 'halfday host remove', 'halfday push' and 'halfday host "
                    "add' begin anew");
            return;
        }
        if (receipt.counter > record.counter) out_.record.skew = skew_of(receipt.issued_at, when_);
        const EntryRecord before = std::exchange(record, facts_of(receipt));
        record.delivered = before.delivered;
        record.fetched_at = before.fetched_at;
        record.sent_at = before.sent_at;
        record.asked_at = before.asked_at;
        out_.receipts.push_back(message);
        if (sent == nullptr) return;
        if (receipt.attempted != sent->serial) {
            problem(message.entry, "the host did not take notice of the chain", next_step(Obstacle::failed, host.name));
            return;
        }
        if (record.delivered != sent->sha256) record.asked_at = record.fetched_at;
        record.delivered = sent->sha256;
        record.sent_at = when_.begin;
        report(message.entry, receipt);
    }

    void report(const EntryName& entry, const Receipt& receipt) {
        const HostName& host = errand_.host->name;
        if (receipt.outcome == Outcome::proved) {
            const std::string until = receipt.not_after ? " until " + format_time(*receipt.not_after) : "";
            out_.notices.push_back({Notice::Kind::news,
                                    host,
                                    entry,
                                    "proved: serves " + printable(receipt.serving, 64) + until,
                                    {},
                                    receipt.attempted,
                                    receipt.outcome});
            return;
        }
        if (receipt.outcome == Outcome::skew && out_.record.skew && std::chrono::abs(*out_.record.skew) <= kMostSkew) {
            out_.notices.push_back({Notice::Kind::news,
                                    host,
                                    entry,
                                    "its certificate had expired before it could be delivered; it asks for a new one",
                                    {}});
            return;
        }
        std::string text(to_text(receipt.outcome));
        std::replace(text.begin(), text.end(), '_', ' ');
        if (!receipt.reason.empty()) text += ": " + printable(receipt.reason, 500);
        if (receipt.outcome == Outcome::skew && out_.record.skew) {
            text += "; its clock is off by " + describe_span(*out_.record.skew);
        }
        out_.notices.push_back({Notice::Kind::problem, host, entry, text, next_step(obstacle_of(receipt.outcome), host),
                                receipt.attempted, receipt.outcome});
    }

    const Errand& errand_;
    Interval when_;
    Reception out_;
    std::size_t problems_ = 0;
};

}  // namespace

Seconds skew_of(Time theirs, const Interval& when) {
    if (theirs > when.end) return theirs - when.end;
    if (theirs < when.begin) return theirs - when.begin;
    return Seconds{0};
}

Reception receive_answer(const Errand& errand, const Answer& answer, const HostRecord& known,
                         const std::vector<Fingerprint>& roots, const Interval& when) {
    Desk desk(errand, known, when);
    if (answer.host != errand.host->name.text()) {
        desk.problem(std::nullopt, "the receiver there calls itself '" + printable(answer.host) + "'",
                     "'reach' in the inventory leads to another host, or 'host' in its receiver.yaml is wrong");
        desk.missed();
        return desk.finish();
    }
    desk.answered(answer);
    desk.take_requests(answer);
    desk.take_receipts(answer, roots);
    desk.take_heads(answer);
    desk.take_crl_note(answer);
    return desk.finish();
}

Reception receive_nothing(const Errand& errand, const HostRecord& known, const Error& why, const Interval& when) {
    Desk desk(errand, known, when);
    desk.missed();
    desk.problem(std::nullopt, why.what(), why.hint());
    return desk.finish();
}

}  // namespace halfday
