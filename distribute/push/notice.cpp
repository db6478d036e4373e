#include "distribute/push/notice.hpp"

namespace halfday {
namespace {

EventKind kind_of(const Notice& notice) {
    switch (notice.kind) {
        case Notice::Kind::news:
            return notice.outcome == Outcome::proved ? EventKind::delivered : EventKind::requested;
        case Notice::Kind::warning:
            return EventKind::warning;
        case Notice::Kind::problem:
            break;
    }
    return notice.outcome == Outcome::rolled_back ? EventKind::rolled_back : EventKind::failed;
}

}  // namespace

LogEvent event_of(const Notice& notice) {
    const EventKind kind = kind_of(notice);
    const bool says_how_it_failed = kind == EventKind::failed && notice.outcome;
    return {.kind = kind,
            .text = notice.line(),
            .host = notice.host,
            .entry = notice.entry,
            .serial = notice.serial,
            .outcome = says_how_it_failed ? std::string(to_text(*notice.outcome)) : std::string(),
            .hint = notice.hint};
}

}  // namespace halfday
