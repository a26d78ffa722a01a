# Makes one source file of the examples in the opening comments of headers: awk -f header_examples.awk HEADER...
#
# An example is indented text behind a blank line or a colon. Functions, types and what is "at namespace scope"
# stay as they are; what else there is becomes the body of a coroutine, all of a header in one. What examples mention without showing it is in
# header_examples.hpp.

function finish_header(  i) {
  if (name == "") return
  print "namespace example_of_" name " {"
  printf "%s", declarations
  if (statements != "") print "[[maybe_unused]] weir::Coro<void> body() {\n" statements "  co_return;\n}"
  print "}  // namespace"
  name = declarations = statements = ""
  in_declaration = may_be_example = in_example = 0
}

function add(line,  text, balance, copy) {
  text = "#line " FNR " \"" FILENAME "\"\n" line "\n"
  copy = line
  balance = gsub(/{/, "", copy) - gsub(/}/, "", copy)
  if (line ~ /^(struct |class |template |[A-Za-z_:<>,*& ]+ [a-z_]+\([^=]*\) \{)|at namespace scope$/) in_declaration = 1
  if (!in_declaration) {
    statements = statements text
    return
  }
  declarations = declarations text
  depth += balance
  if (depth == 0 && line ~ /[};]( *\/\/.*)?$/) in_declaration = 0
}

BEGIN {
  print "#include \"header_examples.hpp\"\n"
  for (i = 1; i < ARGC; ++i) print "#include \"" ARGV[i] "\""
}
FNR == 1 {
  finish_header()
  name = FILENAME
  gsub(/.*\/|\.hpp$/, "", name)
  opening = 1
}
opening && !/^\/\// { opening = 0 }
!opening { next }
{
  text = substr($0, 4)
  if (text ~ /^  / && (in_example || may_be_example)) {
    in_example = 1
    add(substr(text, 3))
    next
  }
  if (in_example && text == "") next
  in_example = 0
  may_be_example = text == "" || text ~ /:$/
}
END { finish_header() }
