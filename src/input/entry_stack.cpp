#include "input/entry_stack.hpp"

#include <algorithm>
#include <array>
#include <cstring>

namespace weir::input {

namespace {

constexpr std::size_t kKeyBytes = 8;
constexpr std::size_t kSmall = 48;           // names below which comparing beats splitting
constexpr std::size_t kKeptBytes = 1 << 20;  // capacity that a finished list may leave behind

template <class T>
void shrink(std::vector<T>& stack, std::size_t size) {
  stack.resize(size);
  if (stack.capacity() * sizeof(T) > kKeptBytes && stack.size() < stack.capacity() / 8) stack.shrink_to_fit();
}

std::uint64_t key_bytes(std::string_view name, std::size_t position) {
  std::array<char, kKeyBytes> bytes{};
  if (position < name.size()) {
    std::memcpy(bytes.data(), name.data() + position, std::min(kKeyBytes, name.size() - position));
  }
  std::uint64_t key = 0;
  for (const char byte : bytes)
    key = key << 8 | static_cast<unsigned char>(byte);
  return key;
}

}  // namespace

void EntryStack::open() {
  lists_.push_back({names_.size(), segments_.size(), keys_.size(), keys_.size(), keys_.size(), 0});
}

void EntryStack::add(std::string_view name, unsigned char type) {
  List& list = lists_.back();
  if (keys_.size() == list.keys_begin) {
    list.common = name.size();
  } else {
    const char* first = names_.data() + list.names_begin;
    const std::size_t limit = std::min(list.common, name.size());
    list.common = static_cast<std::size_t>(std::mismatch(first, first + limit, name.begin()).first - first);
  }
  const std::uint64_t offset = names_.size();
  names_.insert(names_.end(), name.begin(), name.end());
  names_.push_back('\0');
  keys_.push_back({0, offset << 20 | std::uint64_t{name.size()} << 4 | type});
}

void EntryStack::seal() {
  const List& list = lists_.back();
  segments_.push_back({keys_.size(), static_cast<std::uint32_t>(list.common), Segment::State::needs_keys});
}

bool EntryStack::next(Entry& entry) {
  List& list = lists_.back();
  if (list.next == list.sorted_end && !sort_more(list)) return false;
  const Key& key = keys_[list.next++];
  entry = {name_of(key), static_cast<unsigned char>(key.where & 15)};
  return true;
}

void EntryStack::close() {
  const List list = lists_.back();
  lists_.pop_back();
  segments_.resize(list.segments_begin, Segment{});
  shrink(names_, list.names_begin);
  shrink(keys_, list.keys_begin);
}

std::string_view EntryStack::name_of(const Key& key) const {
  return {names_.data() + (key.where >> 20), static_cast<std::size_t>(key.where >> 4 & 0xffff)};
}

// Works on the list's first segments until one is in order. This is multikey quicksort, with the recursion
// into the later parts put off.
bool EntryStack::sort_more(List& list) {
  while (segments_.size() > list.segments_begin) {
    const Segment segment = segments_.back();
    segments_.pop_back();
    const std::size_t begin = list.sorted_end;
    if (segment.end == begin) continue;
    if (segment.state == Segment::State::needs_keys) load_keys(begin, segment);
    if (segment.state == Segment::State::sorted || segment.end - begin <= kSmall) {
      if (segment.state != Segment::State::sorted) sort_small(begin, segment);
      list.sorted_end = segment.end;
      return true;
    }
    split(begin, segment);
  }
  return false;
}

void EntryStack::load_keys(std::size_t begin, const Segment& segment) {
  for (std::size_t i = begin; i < segment.end; ++i) {
    keys_[i].bytes = key_bytes(name_of(keys_[i]), segment.position);
  }
}

void EntryStack::sort_small(std::size_t begin, const Segment& segment) {
  const std::size_t rest = segment.position + kKeyBytes;
  const auto comes_before = [this, rest](const Key& a, const Key& b) {
    if (a.bytes != b.bytes) return a.bytes < b.bytes;
    if ((a.bytes & 0xff) == 0) return false;  // both names ended
    return name_of(a).substr(rest) < name_of(b).substr(rest);
  };
  std::sort(keys_.begin() + static_cast<std::ptrdiff_t>(begin),
            keys_.begin() + static_cast<std::ptrdiff_t>(segment.end), comes_before);
}

// Into less than, equal to and greater than a pivot; the equal ones go on behind the bytes compared.
void EntryStack::split(std::size_t begin, const Segment& segment) {
  const std::uint64_t pivot = choose_pivot(begin, segment.end);
  std::size_t less_end = begin;
  std::size_t greater_begin = segment.end;
  for (std::size_t i = begin; i < greater_begin;) {
    if (keys_[i].bytes < pivot) {
      std::swap(keys_[i++], keys_[less_end++]);
    } else if (keys_[i].bytes > pivot) {
      std::swap(keys_[i], keys_[--greater_begin]);
    } else {
      ++i;
    }
  }
  const bool names_ended = (pivot & 0xff) == 0;
  segments_.push_back({segment.end, segment.position, Segment::State::keyed});
  segments_.push_back({greater_begin, segment.position + static_cast<std::uint32_t>(kKeyBytes),
                       names_ended ? Segment::State::sorted : Segment::State::needs_keys});
  segments_.push_back({less_end, segment.position, Segment::State::keyed});
}

// The median of a random sample, so that no order of names is a slow one.
std::uint64_t EntryStack::choose_pivot(std::size_t begin, std::size_t end) {
  std::array<std::uint64_t, 9> sample;
  for (std::uint64_t& bytes : sample) {
    random_ = random_ * 1664525u + 1013904223u;
    const std::uint64_t scaled = (std::uint64_t{random_} * (end - begin)) >> 32;
    bytes = keys_[begin + static_cast<std::size_t>(scaled)].bytes;
  }
  std::nth_element(sample.begin(), sample.begin() + 4, sample.end());
  return sample[4];
}

}  // namespace weir::input
