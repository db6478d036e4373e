#include "ca/exchange/succession.hpp"

#include <algorithm>

namespace halfday {
namespace {

bool is_valid(const Term& term, Time now) { return term.not_before <= now && now <= term.not_after; }

bool is_of_age(const Term& term, Time now) { return term.not_before + kComingOfAge <= now; }

bool precedes(const Term& candidate, const Term& best, Time now) {
    if (is_of_age(candidate, now) && is_of_age(best, now)) {
        return candidate.not_before > best.not_before;
    }
    return candidate.not_before < best.not_before;
}

/// The moments at which signing_at may give another answer.
std::vector<Time> turning_points(const std::vector<Term>& accepted, Time now) {
    std::vector<Time> moments{now};
    for (const Term& term : accepted) {
        for (const Time moment : {term.not_before, term.not_before + kComingOfAge, term.not_after + Seconds{1}}) {
            if (moment > now) {
                moments.push_back(moment);
            }
        }
    }
    std::sort(moments.begin(), moments.end());
    return moments;
}

}  // namespace

std::optional<std::size_t> signing_at(const std::vector<Term>& accepted, Time now) {
    std::optional<std::size_t> best;
    for (std::size_t at = 0; at < accepted.size(); ++at) {
        if (is_valid(accepted[at], now) && (!best || precedes(accepted[at], accepted[*best], now))) {
            best = at;
        }
    }
    return best;
}

std::optional<Time> signs_from(const std::vector<Term>& accepted, std::size_t which, Time now) {
    const auto moments = turning_points(accepted, now);
    const auto found = std::find_if(moments.begin(), moments.end(),
                                    [&](Time moment) { return signing_at(accepted, moment) == which; });
    return found == moments.end() ? std::nullopt : std::optional(*found);
}

std::optional<std::size_t> next_sealed(const std::vector<Term>& unsealed, const std::vector<Term>& sealed, Time now) {
    std::vector<Term> all = unsealed;
    all.insert(all.end(), sealed.begin(), sealed.end());
    std::optional<std::size_t> next;
    std::optional<Time> first;
    for (std::size_t at = 0; at < sealed.size(); ++at) {
        const auto from = signs_from(all, unsealed.size() + at, now);
        if (from && (!first || *from < *first)) {
            first = from;
            next = at;
        }
    }
    return next;
}

Time issuing_ends(const std::vector<Term>& accepted, Time now) {
    std::vector<Term> ordered = accepted;
    std::sort(ordered.begin(), ordered.end(),
              [](const Term& left, const Term& right) { return left.not_before < right.not_before; });
    Time end = now - Seconds{1};
    for (const Term& term : ordered) {
        if (term.not_before <= end + Seconds{1}) {
            end = std::max(end, term.not_after);
        }
    }
    return end;
}

}  // namespace halfday
