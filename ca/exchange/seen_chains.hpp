#pragma once

#include <cstddef>
#include <optional>
#include <string>
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
/// is seen in every run.
class SeenChains {
   public:
    SeenChains(const Path& exchange, Path cache);

    /// Once for an entry. Nothing where there is no such file. Throws as Spool::chain.
    [[nodiscard]] std::optional<ChainWord> look(const HostName& host, const EntryName& entry);
    /// Remembers what was looked at, when that is not what was known.
    void save();

   private:
    struct Seen {
        std::string place;  // HOST/ENTRY.pem
        FileStamp stamp;
        ChainWord word;
    };
    [[nodiscard]] static std::vector<Seen> parse(std::string_view bytes);
    [[nodiscard]] Seen* find(const std::string& place);

    Spool spool_;
    FileDescriptor folder_;  // of the chains
    Path cache_;
    std::int64_t began_ = clock_of_files();
    std::vector<Seen> known_;   // sorted by place
    std::vector<Seen> looked_;  // at in this run
    std::size_t next_ = 0;      // of the known ones: mostly they are looked at in their order
    std::size_t used_ = 0;
};

}  // namespace halfday
