// The names of the directories that a walk is inside of, outermost first, each list read in byte order.
//
// All lists share three growing arrays, used as stacks: a deep tree costs no allocation a level. A name takes
// its length + 17 bytes. Sorting is lazy: the first name of a list comes after a few linear passes over the
// list, and the rest of the order is worked out as it is asked for. Used by one thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

namespace weir::input {

struct Entry {
  std::string_view name;  // a '\0' follows the last byte
  unsigned char type;     // as given to add()
};

class EntryStack {
 public:
  // Starts a list on top of the others.
  void open();

  // To the top list, before seal(). `type` < 16, `name` shorter than 64 KiB and without '\0'.
  void add(std::string_view name, unsigned char type);
  void seal();

  // The next name of the top list, in order; false when there is none left. The name is valid until the next
  // call of add() or close().
  bool next(Entry& entry);

  // Drops the top list.
  void close();

 private:
  // Eight bytes of the name, first byte highest, from the position that its segment compares at; behind the
  // name's end, zeros. And where the name is: offset, length (16 bits), type (4 bits).
  struct Key {
    std::uint64_t bytes;
    std::uint64_t where;
  };
  // A stretch of keys_ up to `end`, in order with respect to its neighbours. All its names agree on the bytes
  // before `position`.
  struct Segment {
    enum class State : std::uint8_t { keyed, needs_keys, sorted };
    std::size_t end;
    std::uint32_t position;
    State state;
  };
  struct List {
    std::size_t names_begin;
    std::size_t segments_begin;
    std::size_t keys_begin;
    std::size_t next;        // in keys_
    std::size_t sorted_end;  // in keys_
    std::size_t common;      // leading bytes that all names share
  };

  std::string_view name_of(const Key& key) const;
  bool sort_more(List& list);
  void load_keys(std::size_t begin, const Segment& segment);
  void sort_small(std::size_t begin, const Segment& segment);
  void split(std::size_t begin, const Segment& segment);
  std::uint64_t choose_pivot(std::size_t begin, std::size_t end);

  std::vector<char> names_;
  std::vector<Key> keys_;
  std::vector<Segment> segments_;  // of each list, last first
  std::vector<List> lists_;
  std::uint32_t random_ = 1;
};

}  // namespace weir::input
