#include "generator/odd_text.hpp"

#include <array>

#include "generator/formats.hpp"
#include "generator/put.hpp"
#include "generator/timestamps.hpp"

namespace weir::samples {

using namespace std::string_view_literals;

void append_utf8(std::string& out, const Event& event, Rng& rng) {
  constexpr std::array<std::string_view, 14> kPeople{
      "Мирослава Озёрная",  "Всеволод Тихогром", "Θεόφιλος Λιθαράς",
      "ΟΔΥΣΣΕΑΣ Κυματίδης", "小野寺 風花",       "林 云舟",
      "하늘 나루",          "Élodie Brûlemont",  "Ame\u0301lie Doucet-Noël",
      "Żaneta Łąkowska",    "Jürgen Weißbach",   "İpek Işıkdağ",
      "Søren Ærøsund",      "Þórdís Hrafnsdal",
  };
  constexpr std::array<std::string_view, 6> kStreets{"ul. Świetlista 4", "Große Straße 12",
                                                     "οδός Ανέμων 7",    "набережная Ветров 3",
                                                     "風見町 2-8",       "Calle Muñón 19"};
  constexpr std::array<std::string_view, 4> kMarks{"✅", "🚚", "📦", "👩‍🔧"};
  const auto person = rng.pick(kPeople);
  const auto street = rng.pick(kStreets);
  put_iso_time(out, event.time_ms);
  put(out, ' ', level_of(event), " [", event.service, "] ");
  if (event.trouble == Trouble::none) {
    const auto mark = rng.pick(kMarks);
    put(out, mark, " parcel for «", person, "», ", street, ": ", rng.between(3, 900), " €\n");
  } else {
    put(out, "🔥 order of «", person, "» kept: ", sentence_of(event.trouble), " — request ", event.request_id,
        '\n');
  }
}

void append_damaged(std::string& out, const Event& event, Rng& rng) {
  constexpr std::array<std::string_view, 10> kDamage{
      "\xff\xfe\xfd"sv,      // bytes that never occur in UTF-8
      "caf\xe9 cr\xe8me"sv,  // Latin-1
      "cut off \xe2\x82"sv,  // a sequence without its last byte
      "overlong \xc0\xaf"sv,
      "surrogate \xed\xa0\x80"sv,
      "beyond \xf5\x80\x80\x80"sv,
      "stray \x80\xbf"sv,
      "nul \0 inside"sv,
      "\0\0\0\0\0\0\0\0"sv,  // what a crash leaves in a preallocated file
      "\x1b[31mred\x1b[0m \x07"sv,
  };
  if (!rng.one_in(2)) {
    append_app(out, event, rng);
    return;
  }
  put_iso_time(out, event.time_ms);
  put(out, ' ', level_of(event), " [", event.service, "] ", rng.pick(kDamage), " | ");
  put(out, sentence_of(event.trouble), ", request ", event.request_id, '\n');
}

}  // namespace weir::samples
