# Turns the comments of a public header into ones that Doxygen takes as documentation: those in front of a declaration,
# those behind a member or an enumerator, and the opening one as that of the file. Comments in bodies stay what they are.
#
# Indented text behind a blank line or a colon is an example. Outside of examples and `backquotes` nothing is a command,
# a tag or a heading. What is marked as "Runtime only", up to the next part of its class, is passed off as private.

function escaped(text,  parts, count, i, result) {
  count = split(text, parts, "`")
  for (i = 1; i <= count; ++i) {
    if (i % 2) gsub(/[\\@<>#%&"|]|--/, "\\\\&", parts[i])
    result = result (i > 1 ? "`" : "") parts[i]
  }
  return result
}

function end_code() {
  if (in_code) print prefix "/// \\endcode"
  in_code = 0
}

# One line of a comment that stands alone; `text` is what is behind the slashes.
function documentation(indent, text) {
  prefix = indent
  if (!in_comment && !seen_code_line && !named_file++) print prefix "/// \\file"
  in_comment = 1
  if (text ~ /^   /) {
    if (!in_code && may_be_example) print prefix "/// \\code{.cpp}"
    if (may_be_example) in_code = 1
  } else if (text !~ /^ *$/) {
    end_code()
  }
  if (!in_code) may_be_example = text ~ /^ *$/ || text ~ /:$/
  print prefix "///" (in_code ? text : escaped(text))
}

# The code of a line without strings, characters and comments.
function bare(line) {
  gsub(/\\./, "", line)
  gsub(/"[^"]*"/, "", line)
  gsub(/'[^']*'/, "", line)
  sub(/\/\/.*/, "", line)
  return line
}

# Braces open places for declarations (classes, namespaces, enumerations) or for anything else.
function follow(line,  i, char, declares) {
  declares = line ~ /^ *(namespace|class|struct|enum|union)[ {]/ || pending_declares && line !~ /;/
  for (i = 1; i <= length(line); ++i) {
    char = substr(line, i, 1)
    if (char == "{") {
      is_body[++depth] = !declares
      bodies += !declares
    } else if (char == "}" && depth > 0) {
      bodies -= is_body[depth--]
    }
  }
  pending_declares = declares && line !~ /[;{]/
}

/^ *\/\/ Runtime only/ && bodies == 0 { print "private:" }

/^ *\/\// && bodies == 0 {
  match($0, /^ */)
  documentation(substr($0, 1, RLENGTH), substr($0, RLENGTH + 3))
  next
}

{
  end_code()
  in_comment = may_be_example = 0
  if ($0 !~ /^ *$/) seen_code_line = 1
  was_body = bodies
  follow(bare($0))
  if (was_body == 0 && bodies == 0 && match($0, /[;,}] +\/\/ |[a-z0-9_] +\/\/ /)) {
    at = index($0, " // ")
    print substr($0, 1, at) "///<" escaped(substr($0, at + 3))
  } else {
    print
  }
}

END { end_code() }
