"""The tools under measurement: where they are, and how each spells one search."""

import dataclasses
import os
import pathlib
import shlex
import shutil
import subprocess


class BenchError(Exception):
    """The benchmark cannot run."""


@dataclasses.dataclass(frozen=True)
class Search:
    """One search, independent of the tool."""

    patterns: tuple[str, ...]
    target: str  # file or directory, relative to the corpus
    literal: bool = True
    flags: tuple[str, ...] = ("-c",)
    pattern_file: str = ""  # more patterns, one a line; relative to the corpus
    compressed: bool = False


@dataclasses.dataclass(frozen=True)
class Tool:
    name: str
    command: tuple[str, ...]
    literal_flag: str = ""  # grep's family reads a pattern as a regex unless told
    regex_flag: str = ""
    directory_flags: tuple[str, ...] = ()
    compressed_flags: tuple[str, ...] | None = None  # none: it cannot

    def arguments(self, search: Search, corpus: pathlib.Path) -> list[str]:
        kind = self.literal_flag if search.literal else self.regex_flag
        target = corpus / search.target
        extra = self.directory_flags if target.is_dir() else ()
        if search.compressed:
            extra = (*extra, *(self.compressed_flags or ()))
        patterns = [word for pattern in search.patterns for word in ("-e", pattern)]
        if search.pattern_file:
            patterns += ["-f", str(corpus / search.pattern_file)]
        return [*self.command, *([kind] if kind else []), *extra, *search.flags, *patterns, str(target)]


def find_program(name: str) -> str:
    executable = shutil.which(name)
    if not executable:
        raise BenchError(f"cannot run {name}")
    return executable


def find_rg(given: str | None) -> str:
    """The ripgrep to compare with: the one given, in PATH, or in a node_modules above here."""
    if given:
        return find_program(given)
    in_path = shutil.which("rg")
    if in_path:
        return in_path
    here = pathlib.Path(__file__).resolve().parent
    for folder in (pathlib.Path.cwd(), here, *here.parents):
        for found in sorted(folder.glob("node_modules/@vscode/ripgrep-linux*/bin/rg")):
            return str(found)
    raise BenchError("no rg: npm install @vscode/ripgrep-linux-x64, or --rg PATH")


def make_weir(path: str | None, command: str | None) -> Tool:
    if command:
        words = shlex.split(command)
    elif path:
        words = [str(pathlib.Path(path).resolve()), "grep"]
    else:
        raise BenchError("--weir PATH is needed")
    return Tool("weir", (find_program(words[0]), *words[1:]), compressed_flags=())


def make_rg(path: str) -> Tool:
    return Tool("rg", (path, "--no-config"), directory_flags=("-uuu",), compressed_flags=("-z",))


def make_peers(rg: Tool) -> list[Tool]:
    """Others found on this machine, measured for information."""
    peers = [Tool("rg --no-mmap", (*rg.command, "--no-mmap"), directory_flags=rg.directory_flags)]
    grep = shutil.which("grep")
    if grep:
        peers.append(Tool("GNU grep", (grep,), literal_flag="-F", regex_flag="-P", directory_flags=("-r",)))
    ugrep = shutil.which("ugrep")
    if ugrep:
        peers.append(Tool("ugrep", (ugrep,), literal_flag="-F", directory_flags=("-r", "--hidden")))
    return peers


def version_of(tool: Tool) -> str:
    return first_line_of([tool.command[0], "--version"])


def first_line_of(command: list[str]) -> str:
    answer = subprocess.run(command, capture_output=True, text=True, check=False)
    return (answer.stdout.splitlines() or ["unknown"])[0]


def tool_environment() -> dict[str, str]:
    """The same for all: a UTF-8 locale, and none of the user's own settings."""
    return {"PATH": os.environ["PATH"], "HOME": "/nonexistent", "LC_ALL": "C.UTF-8"}
