# Finds the co_await shapes that g++ 12 miscompiles (see coroutine_shapes.sh). Prints file:line: reason for
# each and exits with 1 if there was one. POSIX awk.
#
# Reads C++ character by character into statements. A stack holds one entry an open block: the statement so
# far, its open parentheses and initialiser braces, and what kind of block it is. The body of a lambda is
# replaced by a mark in the statement around it: \002 without captures, \003 with.

function report(line, reason) {
  printf "%s:%d: %s\n", FILENAME, line, reason
  found = 1
}

function trim(text) {
  gsub(/[ \t]+/, " ", text)
  sub(/^ /, "", text)
  sub(/ $/, "", text)
  return text
}

# The text between the parenthesis at `from` and its partner; sets `rest` to what follows.
function parenthesised(text, from,    depth, i, c) {
  depth = 0
  for (i = from; i <= length(text); ++i) {
    c = substr(text, i, 1)
    if (c == "(") ++depth
    if (c == ")" && --depth == 0) break
  }
  rest = substr(text, i + 1)
  return substr(text, from + 1, i - from - 1)
}

# A condition may hold a co_await only to initialise a variable: `auto v = co_await x`, with or without a test
# of v behind a semicolon.
function is_declaration(condition,    parts, count) {
  count = split(condition, parts, ";")
  if (count > 2 || (count == 2 && parts[2] ~ /co_await/)) return 0
  gsub(/->/, ".", parts[1])
  if (parts[1] ~ /[=!<>]=|&&|\|\|| [<>] /) return 0
  return trim(parts[1]) ~ /^(const )?[a-zA-Z_:<>, ]+[&*]* ?[a-z_0-9]+ = co_await [^?{}]*$/
}

function check(text, line,    keyword, condition) {
  text = trim(text)
  if (text ~ /(^|[^a-z_])co_(await|return|yield)([^a-z_]|$)/ && in_capturing_lambda())
    report(line, "a coroutine that is a capturing lambda: its closure may die first")
  if (text !~ /co_await/) return
  if (match(text, /^(else )?(if|while|switch|for)( constexpr)? ?\(/)) {
    keyword = substr(text, 1, RLENGTH)
    condition = parenthesised(text, RLENGTH)
    if (condition ~ /co_await/ && (keyword ~ /for/ || !is_declaration(condition)))
      report(line, "co_await in a condition: bind it to a variable first")
    check(rest, line)
    return
  }
  if (text ~ /\003/) report(line, "a capturing lambda in a statement with co_await: name it first")
  if (text ~ /[{]/) report(line, "braces in a statement with co_await: name the object first")
  if (text ~ /[?]/) report(line, "?: in a statement with co_await: use if")
  if (text ~ / (&&|\|\|) /) report(line, "&& or || in a statement with co_await: bind it to a variable first")
}

function in_capturing_lambda(    i) {
  for (i = top; i > 0; --i) {
    if (kind[i] == "capturing") return 1
    if (kind[i] == "lambda") return 0
  }
  return 0
}

# Whether `head`, what stands before a brace, ends in a lambda's introducer; sets `captures`.
function ends_in_lambda(head,    before) {
  do {
    before = head
    gsub(/\([^()]*\)/, "\004", head)
  } while (head != before)
  if (!match(head, /\[[^][]*\] ?\004? ?(mutable ?|noexcept ?|constexpr ?)*(-> ?[^()=;,]*)?$/)) return 0
  captures = substr(head, RSTART + 1)
  captures = substr(captures, 1, index(captures, "]") - 1)
  return 1
}

# What a brace opens: "lambda", "capturing", "block", or "" for an initialiser.
function opens(head) {
  head = trim(head)
  if (head == "") return "block"
  if (ends_in_lambda(head)) return trim(captures) == "" ? "lambda" : "capturing"
  if (parens[top] > 0) return ""
  if (head ~ /([=,(]|return)$/) return ""
  if (head ~ /^(template ?<.*> ?)?(export )?(inline )?(class|struct|union|enum|namespace|extern)( |$)/) return "block"
  if (head ~ /([):}]|(^|[^a-z_])(const|noexcept|override|final|mutable|try|else|do))$/) return "block"
  if (head ~ /\)[a-z ]*-> ?[^=;]*$/) return "block"
  return ""
}

function push(what) {
  ++top
  kind[top] = what
  statement[top] = ""
  parens[top] = 0
  braces[top] = 0
  begin[top] = FNR
}

function end_statement() {
  check(statement[top], begin[top])
  statement[top] = ""
  parens[top] = 0
  braces[top] = 0
}

function open_brace(    what) {
  what = opens(statement[top])
  if (what == "") {
    statement[top] = statement[top] "{"
    ++braces[top]
    return
  }
  if (what == "block") end_statement()
  push(what)
}

function close_brace(    what) {
  if (braces[top] > 0) {
    statement[top] = statement[top] "}"
    --braces[top]
    return
  }
  end_statement()
  if (top <= 1) return
  what = kind[top]
  --top
  if (what == "lambda") statement[top] = statement[top] "\002"
  if (what == "capturing") statement[top] = statement[top] "\003"
}

function take(c) {
  if (c == "{") return open_brace()
  if (c == "}") return close_brace()
  if (c == ";" && parens[top] == 0 && braces[top] == 0) return end_statement()
  if (c == "(") ++parens[top]
  if (c == ")") --parens[top]
  if (statement[top] ~ /^[ \t]*$/ && c !~ /[ \t]/) begin[top] = FNR
  statement[top] = statement[top] c
}

# One line: drops comments, preprocessor lines and the contents of literals.
function read_line(line,    i, c, two, closing) {
  if (in_directive || (!in_comment && raw == "" && line ~ /^[ \t]*#/)) {
    in_directive = line ~ /\\$/
    return
  }
  for (i = 1; i <= length(line); ++i) {
    c = substr(line, i, 1)
    two = substr(line, i, 2)
    if (in_comment) {
      if (two == "*/") { in_comment = 0; ++i }
    } else if (raw != "") {
      if (substr(line, i, length(raw)) == raw) { i += length(raw) - 1; raw = "" }
    } else if (two == "//") {
      break
    } else if (two == "/*") {
      in_comment = 1
      ++i
    } else if (two == "R\"" && substr(line, i - 1, 1) !~ /[A-Za-z0-9_]/) {
      closing = substr(line, i + 2)
      closing = substr(closing, 1, index(closing, "(") - 1)
      i += 2 + length(closing)
      raw = ")" closing "\""
    } else if (c == "\"" || (c == "'" && substr(line, i - 1, 1) !~ /[0-9a-fA-F]/)) {
      i = skip_literal(line, i, c)
      take("s")
    } else {
      take(c)
    }
  }
  take(" ")
}

function skip_literal(line, from, quote,    i) {
  for (i = from + 1; i <= length(line); ++i) {
    if (substr(line, i, 1) == "\\") ++i
    else if (substr(line, i, 1) == quote) return i
  }
  return i
}

# A file in which the checker lost its way was not checked.
function end_file() {
  if (top == 1) return
  printf "%s: braces do not balance for the checker\n", file
  found = 1
}

FNR == 1 {
  if (NR > 1) end_file()
  file = FILENAME
  top = 0
  in_comment = in_directive = 0
  raw = ""
  push("block")
}
{ read_line($0) }
END {
  end_file()
  exit found
}
