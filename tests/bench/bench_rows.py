"""The rows of the benchmark and what each demands. Bars are speed-ups over ripgrep unless said."""

import dataclasses
import enum

from bench_tools import Search


class Kind(enum.Enum):
    warm = enum.auto()
    cold = enum.auto()
    one_line = enum.auto()  # many runs of a search that takes no time: start-up
    memory = enum.auto()  # peak memory behind a slow reader


@dataclasses.dataclass(frozen=True)
class Row:
    name: str
    kind: Kind
    search: Search
    bar: float  # least rg time / weir time
    device_share: float = 0.0  # least share of the device's own sequential rate
    exact_output: bool = False  # the same bytes from weir and rg, not only the same count
    only_rg: bool = False  # the other peers cannot do it, or take minutes
    tells_times: bool = False  # the output holds figures that change from run to run


ONE_LITERAL = ("kernel panic",)
FIVE_LITERALS = ("timeout", "refused", "kernel panic", "out of memory", "permission denied")
WORD_AND_NUMBER = (r"[a-z]+_\d{5,}\s+\w+",)
DOTTED_ADDRESS = (r"\d{1,3}\.\d{1,3}\.\d{1,3}\.\d{1,3}",)
FIVE_WORDS = ("timeout", "refused", "unreachable", "denied", "restarted")
ONE_LINE_FILE = "one-line.log"
ONE_LINE_TEXT = "Mar  1 08:41:10 app-1 kernel: [   61.5] kernel panic - not syncing\n"

SLOW_READER_BYTES_PER_S = 200e6
MEMORY_BAR_MIB = 96
MEMORY_GROWTH_BAR = 1.15  # peak with the larger file over peak with the smaller one

_print = ("-n",)
_context = ("-C", "3")
_words = ("-i", "-w", "-c")

ROWS = (
    Row("1 GiB warm, one literal, -c", Kind.warm, Search(ONE_LITERAL, "mixed.log"), 1.3),
    Row("1 GiB warm, 5 literals, -c", Kind.warm, Search(FIVE_LITERALS, "mixed.log"), 1.8),
    Row(r"1 GiB warm, [a-z]+_\d{5,}\s+\w+, -c", Kind.warm, Search(WORD_AND_NUMBER, "mixed.log", False), 8.0),
    Row(r"1 GiB of key=value warm, [a-z]+_\d{5,}\s+\w+, -c", Kind.warm,
        Search(WORD_AND_NUMBER, "keyed.log", False), 8.0),
    Row("1 GiB warm, dotted IP, -c", Kind.warm, Search(DOTTED_ADDRESS, "mixed.log", False), 4.0),
    Row("1 GiB warm, 10 % of lines printed, -n", Kind.warm, Search(("checkout",), "mixed.log", flags=_print), 1.8,
        exact_output=True),
    Row("1 GiB warm, 1 % of lines with -C 3", Kind.warm, Search(("restarted after",), "mixed.log", flags=_context), 1.8,
        exact_output=True),
    Row("1 GiB warm, dotted IP, -o", Kind.warm, Search(DOTTED_ADDRESS, "mixed.log", False, ("-o",)), 2.0,
        exact_output=True),
    Row("1 GiB warm, 1 000 words, -i -w -c", Kind.warm,
        Search((), "mixed.log", flags=_words, pattern_file="words-1000.txt"), 20.0, only_rg=True),
    Row("1 GiB warm, 10 000 words, -i -w -c", Kind.warm,
        Search((), "mixed.log", flags=_words, pattern_file="words-10000.txt"), 1.0, only_rg=True),
    Row("3 MiB, 10 % of lines not ASCII, 1 000 words, -i -w -c", Kind.warm,
        Search((), "small-utf8.log", flags=_words, pattern_file="words-1000.txt"), 20.0, only_rg=True),
    Row("256 MiB warm, 10 % of lines not ASCII, 5 words, -i -c", Kind.warm,
        Search(FIVE_WORDS, "utf8.log", flags=("-i", "-c")), 2.0, only_rg=True),
    Row("1 GiB warm, 10 % of lines as events, --json", Kind.warm,
        Search(("checkout",), "mixed.log", flags=("--json",)), 1.5, only_rg=True, tells_times=True),
    Row("1 GiB cold, one literal, -c", Kind.cold, Search(ONE_LITERAL, "mixed.log"), 1.6, device_share=0.85),
    Row("50 000 small files warm, -c", Kind.warm, Search(("timeout",), "small"), 1.8),
    Row("50 000 small files warm, -c --include-zero", Kind.warm,
        Search(("timeout",), "small", flags=("-c", "--include-zero")), 1.8, only_rg=True),
    Row("50 000 small files cold, -c", Kind.cold, Search(("timeout",), "small"), 2.2),
    Row("256 MiB log as .gz, one literal, -c", Kind.warm, Search(ONE_LITERAL, "one.log.gz", compressed=True), 3.5),
    Row("256 MiB log as BGZF, one literal, -c", Kind.warm, Search(ONE_LITERAL, "bgzf.log.gz", compressed=True), 5.0),
    Row("256 MiB log as .zst of 64 frames, -c", Kind.warm, Search(ONE_LITERAL, "frames.log.zst", compressed=True), 1.5),
    Row("16 rotated logs of 64 MiB as .gz, -c", Kind.warm, Search(ONE_LITERAL, "rotated-gz", compressed=True), 3.5),
    Row("16 rotated logs of 64 MiB as .zst, -c", Kind.warm, Search(ONE_LITERAL, "rotated-zst", compressed=True), 1.3),
    Row("1-line file", Kind.one_line, Search(ONE_LITERAL, ONE_LINE_FILE, flags=()), 1 / 1.5, exact_output=True),
    Row("peak RSS, every line matches, slow reader, 1 GiB", Kind.memory, Search((":",), "mixed.log", flags=()), 0),
    Row("peak RSS, every line matches, slow reader, 4 GiB", Kind.memory, Search((":",), "big.log", flags=()), 0),
)
