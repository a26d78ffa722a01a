#include "input/file_types.hpp"

#include <algorithm>
#include <array>

namespace weir::input {

namespace {

struct Row {
  std::string_view name;
  std::string_view globs;  // separated by spaces
};

// Of logs and what lies beside them, then of code. Rotated logs keep their number or date behind the suffix.
constexpr std::array kTable = {
    Row{"access", "access.log access.log.* access_log access_log.* access_log-* *_access.log *-access.log"},
    Row{"audit", "audit.log audit.log.* *.audit"},
    Row{"conf", "*.conf *.cfg *.cnf *.config"},
    Row{"csv", "*.csv"},
    Row{"data", "*.csv *.tsv *.json *.jsonl *.ndjson"},
    Row{"diff", "*.diff *.patch *.rej"},
    Row{"env", ".env .env.* *.env"},
    Row{"gzip", "*.gz *.tgz"},
    Row{"ini", "*.ini"},
    Row{"journal", "*.journal *.journal~"},
    Row{"json", "*.json *.jsonl *.ndjson *.geojson"},
    Row{"jsonl", "*.jsonl *.ndjson"},
    Row{"log",
        "*.log *.log.[0-9]* *.log-[0-9]* *.log.old *.[0-9].log *_log *_log.[0-9]* *.out *.err *.trace syslog "
        "syslog.* syslog-* messages messages.[0-9]* messages-[0-9]* kern.log* dmesg dmesg.* boot.log* "
        "secure secure-[0-9]* maillog maillog-[0-9]* cron cron-[0-9]* *.stdout *.stderr"},
    Row{"lock", "*.lock package-lock.json pnpm-lock.yaml"},
    Row{"md", "*.md *.markdown *.mkd *.mdown"},
    Row{"properties", "*.properties"},
    Row{"protobuf", "*.proto"},
    Row{"rst", "*.rst"},
    Row{"systemd", "*.service *.socket *.target *.timer *.mount *.path *.slice *.scope *.automount *.device"},
    Row{"tex", "*.tex *.cls *.sty *.bib"},
    Row{"toml", "*.toml Cargo.lock"},
    Row{"tsv", "*.tsv"},
    Row{"txt", "*.txt"},
    Row{"xml", "*.xml *.xsd *.xsl *.xslt *.svg *.rng"},
    Row{"yaml", "*.yaml *.yml"},
    Row{"zstd", "*.zst *.zstd"},

    Row{"asm", "*.asm *.s *.S"},
    Row{"awk", "*.awk"},
    Row{"c", "*.c *.h *.H"},
    Row{"clojure", "*.clj *.cljc *.cljs *.edn"},
    Row{"cmake", "*.cmake CMakeLists.txt"},
    Row{"cpp", "*.cpp *.cc *.cxx *.C *.hpp *.hh *.hxx *.h *.H *.inl *.ipp *.tpp"},
    Row{"cs", "*.cs"},
    Row{"css", "*.css *.scss *.sass *.less"},
    Row{"cuda", "*.cu *.cuh"},
    Row{"dart", "*.dart"},
    Row{"docker",
        "Dockerfile Dockerfile.* *.dockerfile *Containerfile docker-compose*.yml docker-compose*.yaml"},
    Row{"elixir", "*.ex *.exs *.eex *.heex"},
    Row{"erlang", "*.erl *.hrl"},
    Row{"fortran", "*.f *.F *.f77 *.f90 *.f95 *.f03 *.F90"},
    Row{"go", "*.go go.mod go.sum"},
    Row{"graphql", "*.graphql *.graphqls"},
    Row{"groovy", "*.groovy *.gradle"},
    Row{"haskell", "*.hs *.lhs"},
    Row{"html", "*.html *.htm *.xhtml"},
    Row{"java", "*.java *.jsp *.jspx"},
    Row{"js", "*.js *.jsx *.mjs *.cjs *.vue"},
    Row{"julia", "*.jl"},
    Row{"kotlin", "*.kt *.kts"},
    Row{"lisp", "*.lisp *.el *.lsp *.scm"},
    Row{"lua", "*.lua"},
    Row{"make", "Makefile makefile GNUmakefile Makefile.* *.mk *.mak"},
    Row{"nix", "*.nix"},
    Row{"objc", "*.m *.mm *.h"},
    Row{"ocaml", "*.ml *.mli *.mll *.mly"},
    Row{"perl", "*.pl *.pm *.t *.perl"},
    Row{"php", "*.php *.phtml *.php[0-9]"},
    Row{"ps", "*.ps1 *.psm1 *.psd1"},
    Row{"py", "*.py *.pyi *.pyx"},
    Row{"r", "*.r *.R *.Rmd"},
    Row{"ruby", "*.rb Rakefile Gemfile *.gemspec *.rake"},
    Row{"rust", "*.rs"},
    Row{"scala", "*.scala *.sbt"},
    Row{"sh",
        "*.sh *.bash *.zsh *.ksh *.fish .bashrc .bash_profile .profile .zshrc .zprofile .zshenv bashrc "
        "profile"},
    Row{"sql", "*.sql *.psql"},
    Row{"swift", "*.swift"},
    Row{"tcl", "*.tcl"},
    Row{"tf", "*.tf *.tfvars *.hcl"},
    Row{"ts", "*.ts *.tsx *.mts *.cts"},
    Row{"vim", "*.vim .vimrc vimrc"},
    Row{"zig", "*.zig"},
};

// Calls `take` with each part.
template <class Take>
void split(std::string_view text, char separator, Take take) {
  for (;;) {
    const std::size_t end = text.find(separator);
    take(text.substr(0, end));
    if (end == std::string_view::npos) return;
    text.remove_prefix(end + 1);
  }
}

bool is_type_name(std::string_view name) {
  const auto allowed = [](char c) {
    const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    return letter || (c >= '0' && c <= '9') || c == '_' || c == '-' || c == '+';
  };
  return !name.empty() && name != "all" && std::all_of(name.begin(), name.end(), allowed);
}

Error unknown_type(std::string_view name) {
  std::string text("'");
  text.append(name).append("' is not a type of files (see weir grep --type-list)");
  return Error(ErrorCode::bad_argument, std::move(text));
}

Error bad_definition(const std::string& definition, std::string_view what) {
  std::string text("--type-add: '");
  text.append(definition).append("'").append(what);
  return Error(ErrorCode::bad_argument, std::move(text));
}

}  // namespace

FileTypes::FileTypes() {
  for (const Row& row : kTable) {
    std::vector<std::string>& globs = globs_[std::string(row.name)];
    split(row.globs, ' ', [&globs](std::string_view glob) { globs.emplace_back(glob); });
  }
}

Result<FileTypes> FileTypes::parse(const std::vector<std::string>& definitions) {
  FileTypes types;
  for (const std::string& definition : definitions) {
    const Result<bool> added = types.add(definition);
    if (!added) return added.error();
  }
  return types;
}

Result<bool> FileTypes::add(const std::string& definition) {
  const std::string_view text = definition;
  const std::size_t colon = text.find(':');
  const std::string_view name = text.substr(0, colon);
  const std::string_view value = colon == std::string_view::npos ? "" : text.substr(colon + 1);
  if (!is_type_name(name) || value.empty()) {
    return bad_definition(definition, " is not NAME:GLOB or NAME:include:TYPE,TYPE");
  }
  constexpr std::string_view kInclude = "include:";
  if (value.starts_with(kInclude)) return include(name, value.substr(kInclude.size()), definition);
  const Result<Glob> glob = Glob::parse(value);
  if (!glob) return glob.error();
  if (glob.value().is_exclude() || value.find('/') != std::string_view::npos) {
    return Error(
        ErrorCode::bad_argument,
        "--type-add: '" + definition + "': globs of types are for names of files, without '!' and '/'");
  }
  globs_[std::string(name)].emplace_back(value);
  return true;
}

Result<bool> FileTypes::include(std::string_view name, std::string_view others,
                                const std::string& definition) {
  std::vector<std::string> taken;
  std::string unknown;
  split(others, ',', [&](std::string_view other) {
    const auto found = globs_.find(other);
    if (found == globs_.end()) {
      unknown = other;
    } else {
      taken.insert(taken.end(), found->second.begin(), found->second.end());
    }
  });
  if (taken.empty() || !unknown.empty()) {
    return bad_definition(definition, ": " + unknown_type(unknown).what);
  }
  std::vector<std::string>& globs = globs_[std::string(name)];
  globs.insert(globs.end(), taken.begin(), taken.end());
  return true;
}

Result<GlobSet> FileTypes::globs_of(const std::vector<std::string>& names) const {
  GlobSet set;
  const auto add_all = [&set](const std::vector<std::string>& globs) {
    for (const std::string& glob : globs)
      set.add(Glob::parse(glob).value());  // those of definitions were parsed before
  };
  for (const std::string& name : names) {
    if (name == "all") {
      for (const auto& type : globs_)
        add_all(type.second);
      continue;
    }
    const auto found = globs_.find(name);
    if (found == globs_.end()) return unknown_type(name);
    add_all(found->second);
  }
  return set;
}

Result<TypeChoice> FileTypes::choose(const std::vector<std::string>& wanted,
                                     const std::vector<std::string>& unwanted) const {
  Result<GlobSet> some = globs_of(wanted);
  if (!some) return some.error();
  Result<GlobSet> others = globs_of(unwanted);
  if (!others) return others.error();
  return TypeChoice(std::move(some).value(), std::move(others).value());
}

std::string FileTypes::listing() const {
  std::string text;
  for (const auto& [name, globs] : globs_) {
    text += name;
    for (const std::string& glob : globs)
      text.append(&glob == &globs.front() ? ": " : ", ").append(glob);
    text += '\n';
  }
  return text;
}

}  // namespace weir::input
