#include "ca/status/timeline.hpp"

#include <algorithm>
#include <cmath>

namespace halfday {
namespace {

std::size_t cell_of(Time time, const TimeAxis& axis, std::size_t cells) {
    const auto cell = static_cast<std::size_t>(axis.place(time) * static_cast<double>(cells));
    return std::min(cell, cells - 1);
}

Seconds side(Seconds span) {
    return std::clamp<Seconds>(std::chrono::ceil<std::chrono::hours>(span), kShortestSide, kLongestSide);
}

}  // namespace

double TimeAxis::place(Time time) const {
    const double part = static_cast<double>((time - begin).count()) / static_cast<double>((end - begin).count());
    return std::clamp(part, 0.0, 1.0);
}

TimeAxis axis_of(const Rows& rows, Time now) {
    Seconds before{};
    Seconds after{};
    for (const FleetRow* row : rows) {
        before = std::max(before, now - row->issued_at.value_or(now));
        after = std::max(after, row->not_after.value_or(now) - now);
    }
    return {now - side(before), now + side(after)};
}

std::vector<Cell> timeline(const FleetRow& row, const TimeAxis& axis, std::size_t cells, Time now) {
    std::vector<Cell> line(cells, Cell::empty);
    if (cells == 0) {
        return line;
    }
    const std::size_t here = cell_of(now, axis, cells);
    if (row.issued_at && row.not_after && *row.not_after > axis.begin && *row.issued_at < axis.end) {
        const std::size_t first = cell_of(*row.issued_at, axis, cells);
        const std::size_t last = cell_of(*row.not_after, axis, cells);
        for (std::size_t at = first; at <= last; ++at) {
            line[at] = at < here ? Cell::passed : Cell::left;
        }
        line[here] = Cell::now;
        if (row.due_at && *row.due_at >= *row.issued_at && *row.due_at <= *row.not_after) {
            line[cell_of(*row.due_at, axis, cells)] = Cell::renewal;
        }
    }
    if (line[here] != Cell::renewal) {
        line[here] = Cell::now;
    }
    return line;
}

}  // namespace halfday
