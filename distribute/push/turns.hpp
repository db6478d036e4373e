#pragma once

#include <chrono>
#include <cstddef>
#include <deque>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "distribute/push/ending.hpp"

namespace halfday {

// Whose turn it is. So that one sshd is never asked for more connections at a time than it takes, that a host which
// can't be reached is tried again after a pause, in which it holds nobody up, and that first tries go before second
// ones.

/// How long to wait after `tries` visits (1 at least) that ended so; nothing: give up. `dice` in [0, 1) spreads the
/// pauses by a quarter each way.
[[nodiscard]] std::optional<std::chrono::milliseconds> pause_before_retry(Ending ending, unsigned tries, double dice);

class Turns {
   public:
    using Instant = std::chrono::steady_clock::time_point;

    /// At one place at a time: below the ten unauthenticated connections from which sshd drops some (MaxStartups
    /// 10:30:100, its default since 2013), with room for others.
    static constexpr std::size_t kMostAtOnePlace = 8;

    struct Limits {
        std::size_t parallel;                        // visits at a time
        std::chrono::milliseconds timeout;           // from a host's first visit on, for all tries together
        std::chrono::milliseconds least;             // no try begins with less than this left
        std::size_t at_one_place = kMostAtOnePlace;  // visits at a time
    };

    /// A visit for each of `places`: where it goes to, as text.
    Turns(const std::vector<std::string>& places, const Limits& limits);

    struct Turn {
        std::size_t index;
        std::chrono::milliseconds left;  // for it
    };
    /// The visit that begins now, if one may.
    [[nodiscard]] std::optional<Turn> next(Instant now);
    /// The moment at which a pause ends and next() may have one; nothing where none waits for its pause.
    [[nodiscard]] std::optional<Instant> next_pause_ends() const;
    /// Says how a visit ended. Returns whether that is all, or there will be another turn.
    [[nodiscard]] bool end(std::size_t index, Ending ending, Instant now, double dice);

    [[nodiscard]] std::size_t count() const { return visits_.size(); }
    [[nodiscard]] std::size_t most_in_flight() const { return overall_.most; }
    [[nodiscard]] std::size_t over() const { return over_; }
    [[nodiscard]] bool is_all_over() const { return over_ == visits_.size(); }
    /// When each visit that is being made began.
    [[nodiscard]] const std::map<std::size_t, Instant>& in_flight() const { return in_flight_; }

   private:
    /// Additive increase, multiplicative decrease: halved when too many were there, and one more after each success.
    struct Limit {
        std::size_t now;
        std::size_t most;
        std::optional<Instant> cut_at = std::nullopt;
        void cut(Instant begun, Instant now_is);
        void raise();
    };
    struct Place {
        std::deque<std::size_t> waiting = {};  // for their first turn
        std::size_t in_flight = 0;
        Limit limit;
    };
    struct Visit {
        std::size_t place;
        unsigned tries = 0;
        std::optional<Instant> first = std::nullopt;
    };

    [[nodiscard]] Turn begin(std::size_t index, Instant now);
    void adapt(const Visit& visit, Ending ending, Instant begun, Instant now);
    void offer(std::size_t place);
    void withdraw(std::size_t place);
    [[nodiscard]] bool is_full(const Place& place) const { return place.in_flight >= place.limit.now; }

    Limits limits_;
    Limit overall_;
    std::vector<Visit> visits_;
    std::vector<Place> places_;
    std::set<std::pair<std::size_t, std::size_t>> open_;  // first waiting visit, place: of places that aren't full
    std::multimap<Instant, std::size_t> pausing_;
    std::map<std::size_t, Instant> in_flight_;
    std::size_t over_ = 0;
};

}  // namespace halfday
