#pragma once

#include <cstddef>
#include <future>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "ca/base/file.hpp"
#include "ca/exchange/file_stamp.hpp"
#include "ca/exchange/spool.hpp"

namespace halfday {

/// What a chain file in the exchange says.
struct ChainWord {
    std::string sha256;   // of the file
    std::string answers;  // SHA-256 of the request that it answers, "" when its first line says nothing
};

/// The chain files of the exchange, each read once for as long as it stays as it is: what was read is remembered in a
/// cache of this user's own (cache_bytes.hpp) under the stamp that the file had. A chain that is missing, or replaced,
/// is seen in every run. What is at their places is looked at from the beginning, beside the caller's other work.
class SeenChains {
   public:
    SeenChains(const Path& exchange, Path cache);
    SeenChains(const SeenChains&) = delete;
    SeenChains& operator=(const SeenChains&) = delete;
    ~SeenChains() = default;

    /// Once for an entry. Nothing where there is no such file. Throws as Spool::chain.
    [[nodiscard]] std::optional<ChainWord> look(const HostName& host, const EntryName& entry);
    /// Remembers what was looked at, when that is not what was known.
    void save();

   private:
    struct Known {
        std::string_view place;  // HOST/ENTRY.pem
        FileStamp stamp;
        std::string_view sha256;
        std::string_view answers;
        FileStamp now = {};  // of what is at its place in this run
        bool holds = false;  // it was looked at, and is as it was
    };
    struct Seen {
        std::string place;
        FileStamp stamp;
        ChainWord word;
    };
    [[nodiscard]] static std::vector<Known> parse(std::string_view bytes);
    void look_at_known();

    Spool spool_;
    FileDescriptor folder_;  // of the chains
    Path cache_;
    std::int64_t began_ = clock_of_files();
    std::string bytes_;         // of the cache
    std::vector<Known> known_;  // sorted by place
    std::size_t next_ = 0;      // of the known ones: mostly they are looked at in their order
    std::vector<Seen> read_;    // in this run
    std::future<void> looking_;
};

}  // namespace halfday
