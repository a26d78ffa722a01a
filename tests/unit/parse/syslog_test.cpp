#include <gtest/gtest.h>

#include "parse_support.hpp"

namespace weir::parse {
namespace {

TEST(Syslog, ReadsRfc3164) {
  EXPECT_EQ(
      read_with_time("syslog", "<34>Mar  1 08:00:10 db-1 su[12]: 'su root' failed: x"),
      R"({"facility":"auth","severity":"crit","time":"Mar  1 08:00:10","host":"db-1","app":"su","pid":12,)"
      R"("message":"'su root' failed: x","@timestamp":"2026-03-01T08:00:10Z"})");
}

TEST(Syslog, ReadsFilesOfRsyslog) {
  EXPECT_EQ(read_with_time("syslog", "2026-03-01T08:00:10.123456+01:00 h kernel: [ 1.5] up"),
            R"({"time":"2026-03-01T08:00:10.123456+01:00","host":"h","app":"kernel","pid":null,)"
            R"("message":"[ 1.5] up","@timestamp":"2026-03-01T07:00:10.123456Z"})");
}

TEST(Syslog, TagsAreNotAlwaysThere) {
  EXPECT_EQ(read("syslog", "Mar  1 08:00:10 h last message repeated 2 times"),
            R"({"time":"Mar  1 08:00:10","host":"h","app":null,"pid":null,)"
            R"("message":"last message repeated 2 times"})");
  EXPECT_EQ(read("syslog", "Mar  1 08:00:10 h postfix/smtpd[7]:"),
            R"({"time":"Mar  1 08:00:10","host":"h","app":"postfix/smtpd","pid":7,"message":""})");
  EXPECT_EQ(read("syslog", "Mar  1 08:00:10 h 10:20 x"),
            R"({"time":"Mar  1 08:00:10","host":"h","app":null,"pid":null,"message":"10:20 x"})");
}

TEST(Syslog, ReadsRfc5424) {
  EXPECT_EQ(read_with_time("syslog",
                           "<165>1 2026-03-01T12:00:00.003Z h.e.org app 12 ID47 "
                           R"([a@1 k="v" q="\"\]\\"][b@2] )"
                           "\xef\xbb\xbfmessage"),
            R"({"facility":"local4","severity":"notice","time":"2026-03-01T12:00:00.003Z","host":"h.e.org",)"
            R"("app":"app","pid":12,"msgid":"ID47","data":{"a@1":{"k":"v","q":"\"]\\"},"b@2":{}},)"
            R"("message":"message","@timestamp":"2026-03-01T12:00:00.003Z"})");
}

TEST(Syslog, NilsAreNull) {
  EXPECT_EQ(read_with_time("syslog", "<0>1 - - - - - -"),
            R"({"facility":"kern","severity":"emerg","time":null,"host":null,"app":null,"pid":null,)"
            R"("msgid":null,"data":null,"message":""})");
}

TEST(Syslog, KeepsAllValuesOfAKey) {
  EXPECT_EQ(read("syslog", R"(1 - h - - - [x ip="1" ip="2" ip="3"] m)"),
            R"({"time":null,"host":"h","app":null,"pid":null,"msgid":null,)"
            R"("data":{"x":{"ip":["1","2","3"]}},"message":"m"})");
}

TEST(Syslog, RefusesOtherLines) {
  EXPECT_EQ(read("syslog", ""), "malformed: no time at the start");
  EXPECT_EQ(read("syslog", "hello world"), "malformed: no time at the start");
  EXPECT_EQ(read("syslog", "<192>Mar  1 08:00:10 h x"), "malformed: bad priority");
  EXPECT_EQ(read("syslog", "<>Mar  1 08:00:10 h x"), "malformed: bad priority");
  EXPECT_EQ(read("syslog", "<013>Mar  1 08:00:10 h x"), "malformed: bad priority");
  EXPECT_EQ(read("syslog", "Mar  1 08:00:10 "), "malformed: no host");
  EXPECT_EQ(read("syslog", "<1>1 - h a"), "malformed: the header is cut off");
  for (const char* data :
       {"[", "[]", "[a", "[a k]", "[a k=v]", "[a k=\"v]", "[a k=\"v\"", "[a k=\"v\"]x", "x"})
    EXPECT_EQ(read("syslog", std::string("<1>1 - h a - - ") + data), "malformed: bad structured data")
        << data;
}

}  // namespace
}  // namespace weir::parse
