#include "distribute/push/turns.hpp"

#include <algorithm>

namespace halfday {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds kAfterLoss{500};
constexpr unsigned kLossFactor = 4;  // 0.5 s, 2 s
constexpr unsigned kMostTriesAfterLoss = 3;

constexpr milliseconds kAfterTurnedAway{250};  // a handshake takes tens of ms
constexpr milliseconds kLongestPause{4'000};
constexpr unsigned kMostTriesWhenTurnedAway = 9;

constexpr double kSpread = 0.25;

milliseconds spread(milliseconds pause, double dice) {
    const double factor = 1 - kSpread + 2 * kSpread * dice;
    return milliseconds(static_cast<milliseconds::rep>(static_cast<double>(pause.count()) * factor));
}

}  // namespace

std::optional<milliseconds> pause_before_retry(Ending ending, unsigned tries, double dice) {
    if (ending == Ending::over) return std::nullopt;
    const bool is_loss = ending == Ending::lost;
    if (tries >= (is_loss ? kMostTriesAfterLoss : kMostTriesWhenTurnedAway)) return std::nullopt;
    milliseconds pause = is_loss ? kAfterLoss : kAfterTurnedAway;
    for (unsigned i = 1; i < tries; ++i) pause *= is_loss ? kLossFactor : 2;
    return spread(std::min(pause, kLongestPause), dice);
}

void Turns::Limit::cut(Instant begun, Instant now_is) {
    if (cut_at && begun <= *cut_at) return;  // it began before the last cut: that is what the cut was for
    now = std::max<std::size_t>(now / 2, 1);
    cut_at = now_is;
}

void Turns::Limit::raise() { now = std::min(now + 1, most); }

Turns::Turns(const std::vector<std::string>& places, const Limits& limits)
    : limits_(limits), overall_{std::max<std::size_t>(limits.parallel, 1), std::max<std::size_t>(limits.parallel, 1)} {
    std::map<std::string, std::size_t> numbers;
    visits_.reserve(places.size());
    for (const std::string& text : places) {
        const std::size_t place = numbers.emplace(text, numbers.size()).first->second;
        if (place == places_.size()) places_.push_back({.limit = {limits.at_one_place, limits.at_one_place}});
        places_[place].waiting.push_back(visits_.size());
        visits_.push_back({place});
    }
    for (std::size_t place = 0; place < places_.size(); ++place) offer(place);
}

/// Into open_, if a visit there may begin.
void Turns::offer(std::size_t place) {
    const Place& at = places_[place];
    if (!at.waiting.empty() && !is_full(at)) open_.emplace(at.waiting.front(), place);
}

void Turns::withdraw(std::size_t place) {
    const Place& at = places_[place];
    if (!at.waiting.empty()) open_.erase({at.waiting.front(), place});
}

Turns::Turn Turns::begin(std::size_t index, Instant now) {
    Visit& visit = visits_[index];
    ++visit.tries;
    if (!visit.first) visit.first = now;
    ++places_[visit.place].in_flight;
    in_flight_[index] = now;
    return {index, std::chrono::duration_cast<milliseconds>(*visit.first + limits_.timeout - now)};
}

std::optional<Turns::Turn> Turns::next(Instant now) {
    if (in_flight_.size() >= overall_.now) return std::nullopt;
    if (!open_.empty()) {
        const auto [index, place] = *open_.begin();
        withdraw(place);
        places_[place].waiting.pop_front();
        const Turn turn = begin(index, now);
        offer(place);
        return turn;
    }
    for (auto each = pausing_.begin(); each != pausing_.end() && each->first <= now; ++each) {
        const std::size_t index = each->second;
        if (is_full(places_[visits_[index].place])) continue;
        pausing_.erase(each);
        return begin(index, now);
    }
    return std::nullopt;
}

std::optional<Turns::Instant> Turns::next_pause_ends() const {
    return pausing_.empty() ? std::nullopt : std::optional(pausing_.begin()->first);
}

void Turns::adapt(const Visit& visit, Ending ending, Instant begun, Instant now) {
    switch (ending) {
        case Ending::over:
            overall_.raise();
            places_[visit.place].limit.raise();
            break;
        case Ending::turned_away:
            places_[visit.place].limit.cut(begun, now);
            break;
        case Ending::way_closed:
            overall_.cut(begun, now);
            break;
        case Ending::lost:
            break;
    }
}

bool Turns::end(std::size_t index, Ending ending, Instant now, double dice) {
    Visit& visit = visits_[index];
    const Instant begun = in_flight_.at(index);
    in_flight_.erase(index);
    withdraw(visit.place);
    --places_[visit.place].in_flight;
    adapt(visit, ending, begun, now);
    offer(visit.place);

    const auto pause = pause_before_retry(ending, visit.tries, dice);
    if (pause && now + *pause + limits_.least <= *visit.first + limits_.timeout) {
        pausing_.emplace(now + *pause, index);
        return false;
    }
    ++over_;
    return true;
}

}  // namespace halfday
