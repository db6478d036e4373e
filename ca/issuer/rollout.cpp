#include "ca/issuer/rollout.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <iterator>
#include <numeric>

#include "ca/x509/digest.hpp"

namespace halfday {
namespace {

constexpr std::size_t kAll = 100;  // percent

/// The canary's hosts first, then by the hash of the name.
std::vector<std::size_t> in_order_of_waves(const std::vector<HostName>& hosts, const std::vector<HostName>& canary) {
    struct Place {
        bool is_canary;
        Sha256 hash;
    };
    std::vector<Place> places;
    places.reserve(hosts.size());
    for (const HostName& host : hosts) {
        places.push_back({std::find(canary.begin(), canary.end(), host) != canary.end(), sha256(host.text())});
    }
    std::vector<std::size_t> order(hosts.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::sort(order.begin(), order.end(), [&](std::size_t left, std::size_t right) {
        if (places[left].is_canary != places[right].is_canary) {
            return places[left].is_canary;
        }
        return places[left].hash < places[right].hash;
    });
    return order;
}

std::vector<std::size_t> ends_of_waves(std::size_t hosts, std::size_t canary, const std::vector<int>& percentages) {
    std::vector<std::size_t> ends;
    std::size_t end = canary;
    if (canary > 0) {
        ends.push_back(canary);
    }
    for (const int percent : percentages) {
        const std::size_t share = (hosts * static_cast<std::size_t>(percent) + kAll - 1) / kAll;
        end = std::min(hosts, std::max(end + 1, share));
        ends.push_back(end);
    }
    ends.push_back(hosts);
    ends.erase(std::unique(ends.begin(), ends.end()), ends.end());
    return ends;
}

bool is_over(std::size_t part, std::size_t whole, int percent) {
    return part * kAll > whole * static_cast<std::size_t>(percent);
}

std::size_t open_in(const RolloutCount& count) { return count.older + count.awaited + count.failed; }

bool is_reached(const RolloutCount& count, int stop_at) {
    return !is_over(open_in(count), open_in(count) + count.served, stop_at);
}

std::vector<ShownEntry> of_wave(const std::vector<ShownEntry>& entries, const Waves& waves, std::size_t wave) {
    std::vector<ShownEntry> found;
    std::copy_if(entries.begin(), entries.end(), std::back_inserter(found),
                 [&](const ShownEntry& entry) { return waves.of(entry.host) == wave; });
    return found;
}

std::string failed_hosts(const std::vector<ShownEntry>& entries) {
    constexpr std::size_t kNamed = 3;
    std::string text;
    std::size_t named = 0;
    for (const ShownEntry& entry : entries) {
        if (entry.shown == Shown::failed && named++ < kNamed) {
            text += (text.empty() ? "" : ", ") + entry.host.text();
        }
    }
    return named > kNamed ? text + ", …" : text;
}

}  // namespace

Shown shown_by(const EntryFacts& facts, std::optional<Time> since, Time now) {
    if (facts.not_after < now) {
        return Shown::nothing;
    }
    if (!facts.newest_is_newer) {
        return facts.serves_newer ? Shown::served : Shown::older;
    }
    const bool counts = !since || *since > now || facts.issued_at >= *since;
    const bool is_late = facts.issued_at + kServedWithin < now && counts;
    if (!facts.serves_newest && is_late) {
        return Shown::failed;
    }
    return facts.serves_newer ? Shown::served : Shown::awaited;
}

Waves::Waves(std::vector<HostName> hosts, const Settings::Rollout& settings) : sorted_(std::move(hosts)) {
    std::sort(sorted_.begin(), sorted_.end());
    sorted_.erase(std::unique(sorted_.begin(), sorted_.end()), sorted_.end());
    const std::vector<std::size_t> order = in_order_of_waves(sorted_, settings.canary);
    ranks_.resize(sorted_.size());
    for (std::size_t rank = 0; rank < order.size(); ++rank) {
        ranks_[order[rank]] = rank;
    }
    const auto canary = std::count_if(sorted_.begin(), sorted_.end(), [&](const HostName& host) {
        return std::find(settings.canary.begin(), settings.canary.end(), host) != settings.canary.end();
    });
    ends_ = ends_of_waves(sorted_.size(), static_cast<std::size_t>(canary), settings.waves);
}

std::size_t Waves::of(const HostName& host) const {
    const auto at = std::lower_bound(sorted_.begin(), sorted_.end(), host);
    if (at == sorted_.end() || *at != host) {
        return count() - 1;
    }
    const std::size_t rank = ranks_[static_cast<std::size_t>(at - sorted_.begin())];
    return static_cast<std::size_t>(std::upper_bound(ends_.begin(), ends_.end(), rank) - ends_.begin());
}

RolloutCount count_shown(const std::vector<ShownEntry>& entries) {
    RolloutCount count;
    for (const ShownEntry& entry : entries) {
        count.older += entry.shown == Shown::older ? 1 : 0;
        count.awaited += entry.shown == Shown::awaited ? 1 : 0;
        count.served += entry.shown == Shown::served ? 1 : 0;
        count.failed += entry.shown == Shown::failed ? 1 : 0;
    }
    return count;
}

RolloutState next_state(RolloutState state, const std::vector<ShownEntry>& entries, const Waves& waves, int stop_at) {
    if (!state.stopped.empty() || state.complete) {
        return state;
    }
    const RolloutCount count = count_shown(entries);
    if (is_over(count.failed, count.failed + count.served, stop_at)) {
        state.stopped = fmt::format("{} of {} entries did not serve within {} min what they got under it ({})",
                                    count.failed, count.failed + count.served,
                                    std::chrono::minutes{kServedWithin}.count(), failed_hosts(entries));
        return state;
    }
    if (open_in(count) + count.served == 0) {
        return state;  // the whole fleet is dark: nobody could show that the wave is well
    }
    const std::size_t last = waves.count() - 1;
    while (!state.complete && is_reached(count_shown(of_wave(entries, waves, state.wave)), stop_at)) {
        state.complete = state.wave >= last;
        state.wave = std::min(state.wave + 1, last);
    }
    return state;
}

bool newer_signs(const RolloutState& state, const Waves& waves, const ShownEntry& entry) {
    return state.stopped.empty() && entry.shown != Shown::failed && waves.of(entry.host) <= state.wave;
}

}  // namespace halfday
