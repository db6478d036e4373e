#include "ca/exchange/audit.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <tuple>
#include <utility>
#include <variant>

#include "ca/base/escape.hpp"

namespace halfday {
namespace {

constexpr std::size_t kShownDigits = 12;
constexpr std::size_t kShownHosts = 8;

std::string shown(std::string_view hex) { return printable(hex.substr(0, kShownDigits)); }

std::string rows(std::int64_t count) { return std::to_string(count) + (count == 1 ? " row" : " rows"); }

std::string join(const std::set<std::string>& hosts) {
    std::string joined;
    std::size_t count = 0;
    for (const std::string& host : hosts) {
        if (++count > kShownHosts) {
            return joined + " and " + std::to_string(hosts.size() - kShownHosts) + " more";
        }
        joined += (joined.empty() ? "" : ", ") + host;
    }
    return joined;
}

/// A log's key and size, and who saw which hash there.
using Place = std::tuple<std::string, std::string, std::int64_t>;
using Sightings = std::map<Place, std::map<std::string, std::set<std::string>>>;

Place place_of(const SignedHead& signed_head) {
    return {signed_head.head.log_id, signed_head.key, signed_head.head.size};
}

Sightings sightings_of(const std::vector<Witness>& witnesses) {
    Sightings sightings;
    for (const Witness& witness : witnesses) {
        for (const SignedHead& each : witness.heads) {
            sightings[place_of(each)][each.head.hash].insert(witness.host.text());
        }
    }
    return sightings;
}

/// Holds what was seen at each place against the export.
class Audit {
   public:
    Audit(const ExportFacts& facts, const std::vector<Witness>& witnesses) : facts_(facts), witnesses_(witnesses) {}

    std::vector<AuditFinding> run() {
        if (!facts_.fault.empty()) {
            add(Difference::damaged, "", facts_.fault);
        }
        for (const auto& [place, seen] : sightings_of(witnesses_)) {
            judge(place, seen);
        }
        for (const auto& [log, hosts] : other_logs_) {
            add(Difference::other_log, join(hosts),
                "saw the log " + shown(log) + ", and this is the log " + shown(facts_.head.log_id));
        }
        for (const auto& [key, hosts] : other_keys_) {
            add(Difference::other_key, join(hosts), "saw this log signed by the key " + printable(key));
        }
        judge_serials();
        return std::move(findings_);
    }

   private:
    void judge(const Place& place, const std::map<std::string, std::set<std::string>>& seen) {
        const auto& [log, key, size] = place;
        std::set<std::string> hosts;
        for (const auto& [hash, saw_it] : seen) {
            hosts.insert(saw_it.begin(), saw_it.end());
        }
        if (const LedgerOrigin* const origin = origin_of(log); origin != nullptr) {
            judge_origin(*origin, place, seen, hosts);
        } else if (log != facts_.head.log_id) {
            other_logs_[log].insert(hosts.begin(), hosts.end());
        } else if (!facts_.key.empty() && key != facts_.key) {
            other_keys_[key].insert(hosts.begin(), hosts.end());
        } else if (seen.size() > 1) {
            add(Difference::forked, join(hosts), "at " + rows(size) + ": " + versions(seen));
        } else if (size > facts_.head.size) {
            add(Difference::truncated, join(hosts),
                "saw " + rows(size) + ", and the export has " + rows(facts_.head.size));
        } else {
            compare(facts_.hashes, size, seen.begin()->first, join(hosts));
        }
    }

    [[nodiscard]] const LedgerOrigin* origin_of(const std::string& log) const {
        const auto found = std::find_if(facts_.origins.begin(), facts_.origins.end(),
                                        [&](const LedgerOrigin& origin) { return origin.head.log_id == log; });
        return found == facts_.origins.end() ? nullptr : &*found;
    }

    /// What was seen of a log before the ledger was restored from a backup of it.
    void judge_origin(const LedgerOrigin& origin, const Place& place,
                      const std::map<std::string, std::set<std::string>>& seen, const std::set<std::string>& hosts) {
        const auto& [log, key, size] = place;
        if (!origin.key.empty() && key != origin.key) {
            other_keys_[key].insert(hosts.begin(), hosts.end());
        } else if (seen.size() > 1) {
            add(Difference::forked, join(hosts), "log " + shown(log) + " at " + rows(size) + ": " + versions(seen));
        } else if (size > origin.head.size) {
            add(Difference::lost, join(hosts),
                "saw " + rows(size) + " of the log " + shown(log) + ", which was restored at " +
                    rows(origin.head.size));
        } else {
            compare(facts_.origin_hashes.at(log), size, seen.begin()->first, join(hosts));
        }
    }

    void compare(const std::map<std::int64_t, std::string>& hashes, std::int64_t size, const std::string& hash,
                 const std::string& hosts) {
        const auto exported = hashes.find(size);
        if (exported == hashes.end()) {
            add(Difference::damaged, hosts, "the export has no row " + std::to_string(size) + ", which was seen");
        } else if (exported->second != hash) {
            add(Difference::rewritten, hosts,
                "at " + rows(size) + ": saw " + shown(hash) + ", and the export has " + shown(exported->second));
        }
    }

    static std::string versions(const std::map<std::string, std::set<std::string>>& seen) {
        std::string text;
        for (const auto& [hash, hosts] : seen) {
            text += (text.empty() ? "" : "; ") + shown(hash) + " by " + join(hosts);
        }
        return text;
    }

    void judge_serials() {
        for (const Witness& witness : witnesses_) {
            for (const std::string& serial : witness.serving) {
                if (!facts_.serials.contains(serial)) {
                    add(Difference::unknown_serial, witness.host.text(), "serves " + printable(serial, 64));
                }
            }
        }
    }

    void add(Difference difference, const std::string& host, const std::string& what) {
        findings_.push_back({difference, host, what});
    }

    const ExportFacts& facts_;
    const std::vector<Witness>& witnesses_;
    std::map<std::string, std::set<std::string>> other_logs_;
    std::map<std::string, std::set<std::string>> other_keys_;
    std::vector<AuditFinding> findings_;
};

}  // namespace

std::string_view to_text(Difference difference) {
    switch (difference) {
        case Difference::damaged:
            return "damaged";
        case Difference::rewritten:
            return "rewritten";
        case Difference::truncated:
            return "truncated";
        case Difference::lost:
            return "lost";
        case Difference::forked:
            return "forked";
        case Difference::other_log:
            return "other log";
        case Difference::other_key:
            return "other key";
        case Difference::unknown_serial:
            return "unknown serial";
    }
    return "";
}

Testimony open_reports(const HostReports& reports) {
    Testimony testimony;
    for (const HostReport& report : reports.hosts) {
        Witness witness{report.host, {}, report.serving};
        for (const std::string& text : report.heads) {
            const auto opened = open_head(text);
            if (const auto* const head = std::get_if<SignedHead>(&opened)) {
                witness.heads.push_back(*head);
            } else {
                ++testimony.spoiled;
            }
        }
        testimony.witnesses.push_back(std::move(witness));
    }
    return testimony;
}

ExportQuestions questions_of(const std::vector<Witness>& witnesses) {
    ExportQuestions questions;
    for (const Witness& witness : witnesses) {
        for (const SignedHead& each : witness.heads) {
            questions.sizes.insert(each.head.size);
        }
        questions.serials.insert(witness.serving.begin(), witness.serving.end());
    }
    return questions;
}

std::vector<AuditFinding> audit(const ExportFacts& facts, const std::vector<Witness>& witnesses) {
    return Audit(facts, witnesses).run();
}

}  // namespace halfday
