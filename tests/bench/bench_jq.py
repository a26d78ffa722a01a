"""Measures the rows of `weir jq` against jq, DuckDB and ripgrep.

jq takes seconds for what weir takes milliseconds for, and works through records at an even pace: it runs on
a part of the records, and its time, less that for an empty file, is scaled to the size of the whole.
"""

import argparse
import dataclasses
import itertools
import json
import pathlib
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator

import bench_corpora
import bench_process as process
import bench_report as report
import bench_tools as tools
from bench_jq_rows import JQ_ROWS, MEMORY_BAR_MIB, PART_BYTES, RECORDS, RECORDS_PART, JqRow

DUCKDB_SCRIPT = pathlib.Path(__file__).resolve().parent / "duckdb_errors.mjs"
JQ_PART, JQ_START = "jq, the part", "jq, an empty file"


@dataclasses.dataclass
class JqResult:
    row: JqRow
    target_bytes: int
    part_bytes: int
    runs: dict[str, list[process.Run]] = dataclasses.field(default_factory=dict)
    disagreements: list[str] = dataclasses.field(default_factory=list)

    def name(self) -> str:
        return "jq: " + self.row.name

    def weir_ms(self) -> float:
        return report.median_ms(self.runs["weir"])

    def bytes_per_s(self) -> float:
        return self.target_bytes / (self.weir_ms() / 1000)

    def peer_times_ms(self) -> Iterator[tuple[str, float, float]]:
        """Name, time for the whole target, and bar."""
        if JQ_PART in self.runs:
            start = report.median_ms(self.runs[JQ_START])
            pace = (report.median_ms(self.runs[JQ_PART]) - start) / self.part_bytes
            yield "jq", start + pace * self.target_bytes, self.row.bars.jq
        for name, bar in (("DuckDB", self.row.bars.duckdb), ("rg", self.row.bars.rg)):
            if name in self.runs:
                yield name, report.median_ms(self.runs[name]), bar


class JqBench:
    def __init__(self, options: argparse.Namespace):
        self.corpus = pathlib.Path(options.corpus).resolve()
        self.runs = options.runs
        self.weir = (str(pathlib.Path(options.weir).resolve()), "jq")
        self.rg = tools.make_rg(tools.find_rg(options.rg)).command
        self.jq = shutil.which("jq")
        self.duckdb = _duckdb_command(options.duckdb)
        self.environment = tools.tool_environment()
        self.records_part = self.corpus / RECORDS_PART
        for name, present in (("jq in PATH", self.jq), ("DuckDB: --duckdb DIR", self.duckdb)):
            if not present:
                print(f"not compared, no {name}", file=sys.stderr)

    def versions(self) -> dict[str, str]:
        commands = {"jq": self.jq and [self.jq, "--version"], "DuckDB": self.duckdb}
        return {name: tools.first_line_of(command) for name, command in commands.items() if command}

    def measure_row(self, row: JqRow) -> JqResult:
        target = self.corpus / row.target
        result = JqResult(row, target.stat().st_size, self.records_part.stat().st_size)
        process.warm(target)
        process.warm(self.records_part)
        result.disagreements = self._compare_outputs(row)
        contenders = self._contenders(row)
        for turn in range(self.runs):
            for name, measure in contenders if turn % 2 == 0 else reversed(contenders):
                result.runs.setdefault(name, []).append(measure())
        result.disagreements += _unsteady(result)
        return result

    def _contenders(self, row: JqRow) -> list[tuple[str, Callable[[], process.Run]]]:
        target = self.corpus / row.target

        def timed(arguments: list[str]) -> Callable[[], process.Run]:
            return lambda: process.measure(arguments, self.environment)

        contenders = [("weir", timed(self._weir_arguments(row, target)))]
        if row.bars.jq and self.jq:
            contenders.append((JQ_PART, timed(self._jq_arguments(row, self.records_part))))
            contenders.append((JQ_START, timed(self._jq_arguments(row, pathlib.Path("/dev/null")))))
        if row.bars.duckdb and self.duckdb:
            contenders.append(("DuckDB", lambda: self._measure_duckdb(target)))
        if row.bars.rg:
            contenders.append(("rg", timed(self._rg_arguments(row))))
        return contenders

    def _weir_arguments(self, row: JqRow, file: pathlib.Path) -> list[str]:
        return [*self.weir, *row.flags, row.program, str(file)]

    def _jq_arguments(self, row: JqRow, file: pathlib.Path) -> list[str]:
        return [self.jq, *row.flags, row.program, str(file)]

    def _rg_arguments(self, row: JqRow) -> list[str]:
        return [*self.rg, "-c", "-e", row.counted, str(self.corpus / row.target)]

    def _measure_duckdb(self, target: pathlib.Path) -> process.Run:
        """Of its wall time only what the query takes: neither node's start nor the printing."""
        drain = process.Drain(keep=True)
        run = process.measure([*self.duckdb, str(target)], self.environment, drain)
        if run.exit_status != 0:
            raise tools.BenchError(f"{self.duckdb[1]} fails with status {run.exit_status}")
        milliseconds, _, rows = bytes(drain.kept).partition(b"\n")
        return dataclasses.replace(run, wall_s=float(milliseconds) / 1000, output_bytes=len(rows))

    def _compare_outputs(self, row: JqRow) -> list[str]:
        """Unmeasured runs: jq prints the same of the part, DuckDB and rg find as much in the whole."""
        problems = []
        if row.bars.jq and self.jq:
            ours = self._lines(self._weir_arguments(row, self.records_part))
            problems += _difference("jq", ours, self._lines(self._jq_arguments(row, self.records_part)), _same_value)
        whole = self._weir_arguments(row, self.corpus / row.target)
        if row.bars.duckdb and self.duckdb:
            theirs = self._lines([*self.duckdb, str(self.corpus / row.target)])
            next(theirs)  # the time
            problems += _difference("DuckDB", self._lines(whole), theirs, _same_error)
        if row.counted:
            found = sum(1 for _ in self._lines(whole))
            expected = int(next(self._lines(self._rg_arguments(row)), b"0"))
            if found != expected:
                problems.append(f"weir has {found} outputs, rg finds {expected} lines")
        return problems

    def _lines(self, arguments: list[str]) -> Iterator[bytes]:
        """One at a time: the peak of this process is the least that it can measure of its children."""
        with subprocess.Popen(arguments, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                              env=self.environment) as child:
            yield from child.stdout
        if child.returncode != 0:
            raise tools.BenchError(f"status {child.returncode} of {' '.join(arguments)}")


def _duckdb_command(directory: str | None) -> list[str] | None:
    if not directory:
        return None
    if not (pathlib.Path(directory) / "node_modules/@duckdb/node-api").is_dir():
        raise tools.BenchError(f"no DuckDB: npm install @duckdb/node-api in {directory}")
    return [tools.find_program("node"), str(DUCKDB_SCRIPT), str(pathlib.Path(directory).resolve())]


def _difference(peer: str, ours: Iterator[bytes], theirs: Iterator[bytes],
                same: Callable[[bytes, bytes], bool]) -> list[str]:
    """What is wrong with the first output that differs."""
    for number, (our, their) in enumerate(itertools.zip_longest(ours, theirs), start=1):
        if our is None or their is None:
            return [f"{peer} prints {'more' if our is None else 'less'} than {number - 1} lines of weir's"]
        if not same(our, their):
            return [f"line {number} is {our!r}, but {their!r} of {peer}"]
    return []


def _same_value(our: bytes, their: bytes) -> bool:
    """Number for number as a double holds it: jq writes all anew, weir only those that were calculated."""
    if our == their:
        return True
    try:
        return json.dumps(json.loads(our, parse_int=float)) == json.dumps(json.loads(their, parse_int=float))
    except ValueError:
        return False


def _same_error(record: bytes, columns: bytes) -> bool:
    value = json.loads(record)
    return {"level": value["level"], "status": value["http"]["status"]} == json.loads(columns)


def _unsteady(result: JqResult) -> list[str]:
    problems = []
    for name, runs in result.runs.items():
        if len({run.output_bytes for run in runs}) != 1:
            problems.append(f"{name} answers differently from run to run")
        failed = sorted({run.exit_status for run in runs} - {0})
        if failed:
            problems.append(f"{name} fails with status {failed}")
    return problems


def _print_line(name: str, met: bool, weir: str, peer: str, ratio: str, bar: str) -> None:
    name = name.replace("|", r"\|")
    print(f"| {name if met else f'*{name}*'} | {weir} | {peer} | {ratio} | {bar} |", flush=True)


def _print_row(result: JqResult) -> bool:
    """A line for each peer; whether all bars are met. A peer that disagrees is no measure."""
    all_met = True
    weir = report.format_time(result.weir_ms())
    for peer, peer_ms, bar in result.peer_times_ms():
        ratio = peer_ms / result.weir_ms()
        shown = "DISAGREE" if result.disagreements else f"{ratio:.0f}" if ratio >= 100 else f"{ratio:.2f}"
        _print_line(result.row.name, ratio >= bar, weir, f"{peer} {report.format_time(peer_ms)}", shown, f"{bar:g}")
        all_met = all_met and ratio >= bar
    if least := result.row.bars.bytes_per_s:
        met = result.bytes_per_s() >= least
        shown = "DISAGREE" if result.disagreements else f"{result.bytes_per_s() / 1e6:.0f} MB/s"
        _print_line(result.row.name, met, weir, "", shown, f"{least / 1e6:.0f} MB/s")
        all_met = all_met and met
    elif len(result.runs) == 1:
        _print_line(result.row.name, True, weir, "absent", "", "")
    return all_met


def _print_peak(results: list[JqResult]) -> bool:
    runs = [run for result in results for run in result.runs["weir"]]
    met = max(run.rss_mib for run in runs) <= MEMORY_BAR_MIB
    _print_line("peak RSS over these rows", met, report.format_peak(runs), "", "", f"{MEMORY_BAR_MIB} MiB")
    return met


def choose_rows(options: argparse.Namespace) -> list[JqRow]:
    """Those that --rows selects, by "jq: NAME"; their corpora are there."""
    rows = [] if options.cold else [row for row in JQ_ROWS if re.search(options.rows, "jq: " + row.name)]
    if rows and not options.weir:
        print("skipped, only with --weir PATH: the rows of jq", file=sys.stderr)
        rows = []
    corpus = pathlib.Path(options.corpus)
    if rows:
        bench_corpora.make_part(corpus, RECORDS, RECORDS_PART, PART_BYTES)
    for row in rows:
        if not (corpus / row.target).exists():
            raise tools.BenchError(f"no {corpus / row.target}: run make_corpus {corpus} first")
    return rows


def measure_and_print(bench: JqBench, rows: list[JqRow]) -> tuple[list[JqResult], bool]:
    """The table of the rows, to be put into README.md as it is; whether all bars are met."""
    print("\n| 512 MiB of JSON records unless said | weir jq | peer | peer / weir | bar |\n"
          "| --- | --- | --- | --- | --- |", flush=True)
    results, all_met = [], True
    for row in rows:
        results.append(bench.measure_row(row))
        all_met = _print_row(results[-1]) and all_met
    all_met = _print_peak(results) and all_met
    print(f"\nTimes of jq are those for the first {PART_BYTES >> 20} MiB, start apart, scaled to the size.")
    return results, all_met
