#include "cli/log/log.hpp"

#include <catch2/catch.hpp>

namespace halfday {

TEST_CASE("standard error is the journal when JOURNAL_STREAM has its device and inode, and at no other time") {
    struct stat file {};
    file.st_dev = 9;
    file.st_ino = 4764089;
    CHECK(is_journal_stream("9:4764089", file));
    for (const char* other : {"", "9:476408", "9:47640890", "8:4764089", "9:4764089\n", ":", "journal"}) {
        INFO(other);
        CHECK_FALSE(is_journal_stream(other, file));
    }
}

}  // namespace halfday
