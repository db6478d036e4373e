#pragma once

#include <cstdint>
#include <exception>
#include <optional>
#include <string>

#include "ca/base/clock.hpp"
#include "ca/exchange/wire.hpp"
#include "distribute/receive/admission.hpp"
#include "distribute/receive/check_entry.hpp"
#include "distribute/receive/install.hpp"
#include "distribute/receive/pending.hpp"
#include "distribute/receive/record.hpp"
#include "distribute/receive/visit.hpp"

namespace halfday {

/// One entry's part of a visit, in steps between which its web server is told of all entries that it serves. Its record
/// is what the receipt will say; what is learned is on disk before it is said. What goes wrong becomes the record, and
/// no step after it does anything.
class EntryVisit {
   public:
    EntryVisit(const Receiver& receiver, const Grant& grant, const Crls& crls, Time now)
        : receiver_(receiver), places_(receiver.places), grant_(grant), crls_(crls), now_(now), log_(now) {}

    [[nodiscard]] const Grant& grant() const { return grant_; }

    /// What a crash cut short, to be finished or undone.
    [[nodiscard]] std::optional<Flip> resume();
    /// The delivered chain, if there is one and it may be installed.
    [[nodiscard]] std::optional<Flip> receive(const Delivery::ChainFor* delivered);
    /// A version that is live and was left unproved, and not tried in this visit.
    [[nodiscard]] std::optional<Unproved> unproved();
    void note(const Installed& installed);
    void end();

    /// Nothing when it can't be made: the receipt says why.
    [[nodiscard]] std::optional<std::string> request(const Requester& requester);
    /// May look at what clients get until then.
    [[nodiscard]] Receipt receipt(const Fingerprint& audience, std::uint64_t counter, int form,
                                  LookDeadline until) const;

   private:
    [[nodiscard]] std::string findings(LookDeadline until) const;
    template <class Step>
    auto guarded(Step step) -> decltype(step());
    void note_failure(const std::exception& failure);
    void note_rejection(const Rejection& rejection);
    [[nodiscard]] std::optional<Flip> admit(const std::string& chain_file);
    void drop_installed_key() const;
    [[nodiscard]] std::optional<LiveVersion> live_if_whole() const;
    /// Points into this object, which stays where it is from the first step on.
    [[nodiscard]] Site site() { return {places_, grant_, now_, &log_}; }
    void write_record_and_story();

    const Receiver& receiver_;
    const ReceiverPlaces& places_;
    const Grant& grant_;
    const Crls& crls_;
    Time now_;
    Record record_;
    StoryLog log_;
    Seen proof_;                  // what clients get, as seen in this visit
    bool was_tried_ = false;      // a version was installed or looked at in this visit
    bool was_delivered_ = false;  // one that answers the pending request
    bool has_failed_ = false;
};

}  // namespace halfday
