#include <gtest/gtest.h>

#include "parse_support.hpp"

namespace weir::parse {
namespace {

TEST(Combined, ReadsALine) {
  EXPECT_EQ(
      read_with_time("combined",
                     R"(203.0.113.1 - jo [01/Mar/2026:08:02:26 +0100] "GET /a?b=c HTTP/1.1" 200 9496 )"
                     R"-("https://e.org/" "Mozilla/5.0 (X11)")-"),
      R"({"host":"203.0.113.1","ident":null,"user":"jo","time":"01/Mar/2026:08:02:26 +0100","method":"GET",)"
      R"("path":"/a?b=c","protocol":"HTTP/1.1","status":200,"bytes":9496,"referer":"https://e.org/",)"
      R"-("user_agent":"Mozilla/5.0 (X11)","@timestamp":"2026-03-01T07:02:26Z"})-");
}

constexpr char kFront[] = "h - - [x] ";

std::string request_of(const std::string& request) {
  const std::string json = read("clf", kFront + ("\"" + request + "\" 200 -"));
  const std::size_t begin = json.find("\"method\"");
  return begin == std::string::npos ? json : json.substr(begin, json.find(",\"status\"") - begin);
}

TEST(Clf, SplitsRequests) {
  EXPECT_EQ(request_of("GET / HTTP/1.0"), R"("method":"GET","path":"/","protocol":"HTTP/1.0")");
  EXPECT_EQ(request_of("GET /a b HTTP/1.0"), R"("method":"GET","path":"/a b","protocol":"HTTP/1.0")");
  EXPECT_EQ(request_of("GET /"), R"("method":"GET","path":"/","protocol":null)");
  EXPECT_EQ(request_of("-"), R"("method":null,"path":null,"protocol":null)");
  EXPECT_EQ(request_of(""), R"("method":null,"path":null,"protocol":null,"request":"")");
  EXPECT_EQ(request_of(R"(\x16\x03)"),
            R"("method":null,"path":null,"protocol":null,"request":"\u0016\u0003")");
  EXPECT_EQ(request_of(R"(\x16\xff)"), R"("method":null,"path":null,"protocol":null,"request":"\\x16\\xff")");
  EXPECT_EQ(request_of(R"(GET /\"q\"\xc3\xa9 HTTP/2.0)"),
            R"("method":"GET","path":"/\"q\"é","protocol":"HTTP/2.0")");
}

TEST(Clf, KeepsWhatIsAppended) {
  EXPECT_EQ(read("clf", R"(h - - [x] "-" 200 5 0.123 "a b")"),
            R"({"host":"h","ident":null,"user":null,"time":"x","method":null,"path":null,"protocol":null,)"
            R"("status":200,"bytes":5,"rest":"0.123 \"a b\""})");
}

TEST(Clf, UsersMayHaveBlanks) {
  EXPECT_EQ(read("clf", R"(h - a b [x] "-" 200 5)").substr(0, 40),
            R"({"host":"h","ident":null,"user":"a b","t)");
}

TEST(Clf, RefusesOtherLines) {
  EXPECT_EQ(read("clf", ""), "malformed: no client at the start");
  EXPECT_EQ(read("clf", "a b c d"), "malformed: no [time] and request");
  EXPECT_EQ(read("clf", "h - - [x"), "malformed: no [time] and request");
  EXPECT_EQ(read("clf", "h - - [x] GET"), "malformed: no [time] and request");
  EXPECT_EQ(read("clf", R"(h - - [x] "GET / 200 5)"), "malformed: no quoted request");
  EXPECT_EQ(read("clf", R"(h - - [x] "GET /")"), "malformed: no status");
  EXPECT_EQ(read("clf", R"(h - - [x] "GET /" abc 5)"), "malformed: no status");
  EXPECT_EQ(read("clf", R"(h - - [x] "GET /" 200)"), "malformed: no number of bytes");
  EXPECT_EQ(read("combined", R"(h - - [x] "GET /" 200 5)"), "malformed: no quoted referer and user agent");
}

}  // namespace
}  // namespace weir::parse
