#include "ca/status/screen_table.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <array>

#include "ca/base/duration.hpp"
#include "ca/base/escape.hpp"
#include "ca/status/summary.hpp"
#include "ca/status/timeline.hpp"

namespace halfday {
namespace {

constexpr std::size_t kFullColumns = 140;    // room for serials and proofs beside a bar
constexpr std::size_t kNarrowColumns = 100;  // below, a bar alone says when the renewal is due
constexpr std::size_t kLeastBar = 12;
constexpr std::size_t kMostBar = 48;
constexpr std::size_t kGap = 2;
constexpr std::string_view kPlain = "\x1b[0m";
constexpr std::string_view kDim = "\x1b[2m";

std::string_view escape_of(Health health) {
    switch (health) {
        case Health::fine:
            return "\x1b[32m";
        case Health::warning:
            return "\x1b[33m";
        case Health::critical:
            return "\x1b[31m";
    }
    return "";
}

std::string in_colour(std::string_view text, std::string_view escape, Colour colour) {
    return colour == Colour::none || text.empty() ? std::string(text) : fmt::format("{}{}{}", escape, text, kPlain);
}

std::string_view glyph(Cell cell, ScreenStyle::Glyphs glyphs) {
    const bool blocks = glyphs == ScreenStyle::Glyphs::blocks;
    switch (cell) {
        case Cell::empty:
            return " ";
        case Cell::passed:
            return blocks ? "░" : ".";
        case Cell::left:
            return blocks ? "█" : "=";
        case Cell::renewal:
            return blocks ? "◆" : "R";
        case Cell::now:
            return blocks ? "│" : "|";
    }
    return "";
}

/// Runs of one kind of cell have one pair of escapes.
std::string draw(const std::vector<Cell>& cells, Health health, const ScreenStyle& style) {
    std::string line;
    for (std::size_t at = 0; at < cells.size();) {
        const Cell cell = cells[at];
        std::string run;
        for (; at < cells.size() && cells[at] == cell; ++at) {
            run += glyph(cell, style.glyphs);
        }
        line += cell == Cell::left     ? in_colour(run, escape_of(health), style.colour)
                : cell == Cell::passed ? in_colour(run, kDim, style.colour)
                                       : run;
    }
    return line;
}

/// "-4 h       now         +8 h", each where it is on the axis.
std::string scale(const TimeAxis& axis, std::size_t cells, Time now) {
    std::string line(cells, ' ');
    const std::string begin = "-" + describe_span(now - axis.begin);
    const std::string end = "+" + describe_span(axis.end - now);
    line.replace(0, begin.size(), begin);
    line.replace(cells - end.size(), end.size(), end);
    const auto here = static_cast<std::size_t>(axis.place(now) * static_cast<double>(cells));
    const bool has_room = here > begin.size() && here + 3 + end.size() < cells;
    if (has_room) {
        line.replace(here, 3, "now");
    }
    return line;
}

std::string left_of(const FleetRow& row, Time now) { return row.not_after ? describe_span(*row.not_after - now) : "-"; }

std::string renewal_of(const FleetRow& row, Time now) {
    return !row.due_at || *row.due_at <= now ? "now" : "in " + describe_span(*row.due_at - now);
}

std::string served(const FleetRow& row) {
    return row.serving.empty() ? "-" : printable(row.serving.substr(0, kShownSerialDigits));
}

std::string proof(const FleetRow& row) {
    return row.proved_at ? row.proved_by + " " + format_time(*row.proved_at) : "-";
}

using Line = std::vector<std::string>;

enum class Detail { narrow, usual, full };

Detail detail_of(std::size_t columns) {
    if (columns == 0 || columns >= kFullColumns) return Detail::full;
    return columns < kNarrowColumns ? Detail::narrow : Detail::usual;
}

/// The columns of words.
std::vector<Line> words_of(const Rows& rows, Detail detail, Time now) {
    std::vector<Line> lines;
    const auto add = [&](Line line, const std::string& serves, const std::string& renewal, const std::string& proved) {
        if (detail == Detail::full) line.insert(line.begin() + 3, serves);
        if (detail != Detail::narrow) line.push_back(renewal);
        if (detail == Detail::full) line.push_back(proved);
        lines.push_back(std::move(line));
    };
    add({"HOST", "ENTRY", "HEALTH", "LEFT"}, "SERVES", "RENEWAL", "PROVED BY");
    for (const FleetRow* row : rows) {
        add({row->host.text(), row->entry.text(), std::string(word_of(row->health)), left_of(*row, now)}, served(*row),
            renewal_of(*row, now), proof(*row));
    }
    return lines;
}

std::vector<std::size_t> widths_of(const std::vector<Line>& lines) {
    std::vector<std::size_t> widths(lines.front().size());
    for (const Line& line : lines) {
        for (std::size_t column = 0; column < line.size(); ++column) {
            widths[column] = std::max(widths[column], line[column].size() + kGap);
        }
    }
    return widths;
}

std::size_t bar_width(const std::vector<std::size_t>& widths, std::size_t columns) {
    std::size_t words = 0;
    for (const std::size_t width : widths) words += width;
    if (columns == 0) return kMostBar;
    const std::size_t room = columns > words ? columns - words : 0;
    return room < kLeastBar ? 0 : std::min(room, kMostBar);
}

std::string line_of(const Line& words, const std::vector<std::size_t>& widths) {
    std::string line;
    for (std::size_t column = 0; column < words.size(); ++column) {
        line += fmt::format("{:<{}}", words[column], widths[column]);
    }
    return line;
}

std::string trimmed(std::string line) {
    line.erase(line.find_last_not_of(' ') + 1);
    return line + "\n";
}

std::string legend(const ScreenStyle& style) {
    const auto draw_one = [&](Cell cell) { return glyph(cell, style.glyphs); };
    return fmt::format("({} age  {} left  {} renewal is due  {} now)\n", draw_one(Cell::passed), draw_one(Cell::left),
                       draw_one(Cell::renewal), draw_one(Cell::now));
}

}  // namespace

std::string painted(std::string_view text, Health health, Colour colour) {
    return in_colour(text, escape_of(health), colour);
}

std::string wrapped(std::string_view text, std::size_t indent, std::size_t columns) {
    std::string lines;
    std::string begin;
    while (columns > indent + 1 && begin.size() + text.size() > columns) {
        const std::size_t room = columns - begin.size();
        std::size_t end = text.rfind(' ', room);
        if (end == std::string_view::npos || end == 0) end = room;
        lines += begin + std::string(text.substr(0, end)) + "\n";
        text.remove_prefix(std::min(text.size(), text.find_first_not_of(' ', end)));
        begin.assign(indent, ' ');
    }
    return lines + begin + std::string(text) + "\n";
}

std::string rows_table(const Rows& rows, const ScreenStyle& style, Time now) {
    const std::vector<Line> words = words_of(rows, detail_of(style.columns), now);
    const std::vector<std::size_t> widths = widths_of(words);
    const std::size_t cells = bar_width(widths, style.columns);
    const TimeAxis axis = axis_of(rows, now);
    std::string text = trimmed(line_of(words[0], widths) + (cells > 0 ? scale(axis, cells, now) : ""));
    for (std::size_t at = 0; at < rows.size(); ++at) {
        const FleetRow& row = *rows[at];
        std::string line = line_of(words[at + 1], widths);
        if (row.health != Health::fine) {
            const std::string_view health = word_of(row.health);
            line.replace(widths[0] + widths[1], health.size(), painted(health, row.health, style.colour));
        }
        text += trimmed(line + (cells > 0 ? draw(timeline(row, axis, cells, now), row.health, style) : ""));
        if (!row.problem.empty()) {
            text += wrapped("    " + row.problem, 4, style.columns);
        }
        if (!row.next.empty()) {
            text += wrapped("    next: " + row.next, 6, style.columns);
        }
    }
    return text + (cells > 0 ? legend(style) : "");
}

}  // namespace halfday
