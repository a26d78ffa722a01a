#!/usr/bin/env python3
"""Compares weir grep with ripgrep (and, for information, with its other peers), and weir jq with jq, DuckDB
and ripgrep, on the benchmark corpora.

The tools run strictly in turn, each run's output goes through a pipe that this program drains, and the
table shows medians. Exit status: 0 all bars met, 1 a bar missed, 2 tools disagree or cannot run.
"""

import argparse
import dataclasses
import json
import os
import pathlib
import platform
import re
import statistics
import sys

sys.dont_write_bytecode = True  # nothing but sources in the source tree

import bench_corpora
import bench_jq
import bench_process as process
import bench_report as report
import bench_tools as tools
from bench_rows import (MEMORY_BAR_MIB, MEMORY_GROWTH_BAR, ONE_LINE_FILE, ONE_LINE_TEXT, ROWS, SLOW_READER_BYTES_PER_S,
                        Kind, Row)

ONE_LINE_RUNS = 200


@dataclasses.dataclass
class Result:
    row: Row
    target_bytes: int
    runs: dict[str, list[process.Run]] = dataclasses.field(default_factory=dict)
    device_rates: list[float] = dataclasses.field(default_factory=list)
    disagreements: list[str] = dataclasses.field(default_factory=list)

    def wall_ms(self, tool: str) -> float:
        return report.median_ms(self.runs[tool])

    def peak_mib(self, tool: str) -> float:
        return max(run.rss_mib for run in self.runs[tool])

    def device_rate(self) -> float:
        return statistics.median(self.device_rates)


class Bench:
    def __init__(self, options: argparse.Namespace):
        self.corpus = pathlib.Path(options.corpus).resolve()
        self.runs = options.runs
        self.weir = tools.make_weir(options.weir, options.weir_command)
        self.rg = tools.make_rg(tools.find_rg(options.rg))
        self.all_peers = [] if options.no_peers else tools.make_peers(self.rg)
        self.environment = tools.tool_environment()

    def peers(self, row: Row) -> list[tools.Tool]:
        if row.only_rg:
            return []
        return [tool for tool in self.all_peers if not row.search.compressed or tool.compressed_flags is not None]

    def measure_row(self, row: Row) -> Result:
        target = self.corpus / row.search.target
        result = Result(row, target.stat().st_size)
        if row.kind is not Kind.memory:
            process.warm(target)
            result.disagreements = self._compare_outputs(row)
        peer_rounds = self._peer_rounds(row)
        for turn in range(self._rounds(row)):
            contenders = [self.weir, self.rg] if turn % 2 == 0 else [self.rg, self.weir]
            if turn < peer_rounds:
                contenders += self.peers(row)
            if row.device_share:
                process.drop_caches()
                result.device_rates.append(process.direct_read_rate(target))
            for tool in contenders:
                result.runs.setdefault(tool.name, []).append(self._run_once(tool, row))
        result.disagreements += _unsteady(result)
        return result

    def _rounds(self, row: Row) -> int:
        if row.kind is Kind.one_line:
            return max(ONE_LINE_RUNS, self.runs)
        return min(2, self.runs) if row.kind is Kind.memory else self.runs

    def _peer_rounds(self, row: Row) -> int:
        return 0 if row.kind is Kind.memory or row.only_rg else -(-self._rounds(row) // 3)

    def _run_once(self, tool: tools.Tool, row: Row) -> process.Run:
        arguments = tool.arguments(row.search, self.corpus)
        if row.kind is Kind.memory:
            slow = process.Drain(SLOW_READER_BYTES_PER_S)
            return process.measure(arguments, self.environment, slow, watch_memory=True)
        if row.kind is Kind.cold:
            process.make_cold(self.corpus / row.search.target)
        return process.measure(arguments, self.environment)

    def _compare_outputs(self, row: Row) -> list[str]:
        """One unmeasured run of each tool: what it found must be what ripgrep found."""
        expected = self._look(self.rg, row)
        problems = []
        for tool in (self.weir, *self.peers(row)):
            found = self._look(tool, row)
            exact = row.exact_output and tool is self.weir
            if found["status"] != expected["status"]:
                problems.append(f"{tool.name} exits {found['status']}, rg {expected['status']}")
            elif found["selected"] != expected["selected"]:
                problems.append(f"{tool.name} selects {found['selected']} lines, rg {expected['selected']}")
            elif exact and found["digest"] != expected["digest"]:
                problems.append(f"{tool.name} and rg print different bytes")
        return problems

    def _look(self, tool: tools.Tool, row: Row) -> dict:
        drain = process.Drain(keep=True)
        run = process.measure(tool.arguments(row.search, self.corpus), self.environment, drain)
        selected = _sum_of_counts(bytes(drain.kept)) if "-c" in row.search.flags else drain.lines
        return {"status": run.exit_status, "selected": selected, "digest": drain.digest.hexdigest()}


def _sum_of_counts(output: bytes) -> int | str:
    """Of `-c`: "N" for one file, "FILE:N" a line for many; files without a match may be missing."""
    try:
        return sum(int(line.rpartition(b":")[2]) for line in output.splitlines())
    except ValueError:
        return "uncounted"


def _unsteady(result: Result) -> list[str]:
    """A tool whose size of output or exit status changes between runs is wrong in some of them."""
    problems = []
    for name, runs in result.runs.items():
        sizes = {0 if result.row.tells_times else run.output_bytes for run in runs}
        if len(sizes) != 1 or len({run.exit_status for run in runs}) != 1:
            problems.append(f"{name} answers differently from run to run")
        failed = sorted({run.exit_status for run in runs} - {0})
        if failed:
            problems.append(f"{name} fails with status {failed}")
    if result.row.kind is Kind.memory:
        sizes = {name: runs[0].output_bytes for name, runs in result.runs.items()}
        if len(set(sizes.values())) != 1:
            problems.append(f"outputs differ in size: {sizes}")
    return problems


def judge(result: Result, smaller_peak_mib: float | None) -> tuple[list[str], bool]:
    """The cells weir, rg, ratio and bar of the row, and whether the bar is met."""
    row = result.row
    if row.kind is Kind.memory:
        peak = result.peak_mib("weir")
        growth = peak / smaller_peak_mib if smaller_peak_mib else 1.0
        cells = [f"{peak:.0f} MiB", f"{result.peak_mib('rg'):.0f} MiB", f"{growth:.2f}x the smaller" if
                 smaller_peak_mib else "-", f"<= {MEMORY_BAR_MIB} MiB"]
        return cells, peak <= MEMORY_BAR_MIB and growth <= MEMORY_GROWTH_BAR
    weir_ms, rg_ms = result.wall_ms("weir"), result.wall_ms("rg")
    ratio, bar = f"{rg_ms / weir_ms:.2f}x", f">= {row.bar:.2f}x"
    met = rg_ms / weir_ms >= row.bar
    if row.device_share:
        share = result.target_bytes / (weir_ms / 1000) / result.device_rate()
        ratio += f", {share:.2f} of {result.device_rate() / 1e9:.2f} GB/s"
        bar += f", >= {row.device_share:.2f} of device"
        met = met and share >= row.device_share
    return [report.format_time(weir_ms), report.format_time(rg_ms), ratio, bar], met


def _cell(text: str) -> str:
    return text.replace("\\", "\\\\").replace("|", "\\|").replace("*", "\\*")


def print_row(result: Result, cells: list[str], met: bool) -> None:
    answer = "DISAGREE" if result.disagreements else "yes" if met else "**no**"
    print(f"| {_cell(result.row.name)} | {' | '.join(cells)} | {answer} |", flush=True)


def print_details(results: list[Result], jq_results: list[bench_jq.JqResult]) -> None:
    names = [(_cell(result.row.name), result) for result in results]
    names += [(result.name().replace("|", "\\|"), result) for result in jq_results]
    report.print_runs([(name, result.runs) for name, result in names])
    for name, result in names:
        for problem in result.disagreements:
            print(f"\n{name}: {problem}")


def save(path: str, versions: dict[str, str], results: list[Result], jq_results: list[bench_jq.JqResult]) -> None:
    machine = {"kernel": platform.release(), "cpus": os.cpu_count(), "load": os.getloadavg()}

    def document_of(name: str, result: Result | bench_jq.JqResult) -> dict:
        runs = {tool: [dataclasses.asdict(run) for run in runs] for tool, runs in result.runs.items()}
        return {"row": name, "disagreements": result.disagreements, "runs": runs}

    rows = [document_of(result.row.name, result) | {"device_bytes_per_s": result.device_rates} for result in results]
    rows += [document_of(result.name(), result) for result in jq_results]
    document = {"machine": machine, "versions": versions, "rows": rows}
    pathlib.Path(path).write_text(json.dumps(document, indent=1) + "\n", encoding="utf-8")


def choose_rows(options: argparse.Namespace) -> list[Row]:
    rows = [row for row in ROWS if re.search(options.rows, row.name)]
    if options.cold:
        rows = [row for row in rows if row.kind is Kind.cold]
    if not process.may_drop_caches():
        for row in rows:
            if row.kind is Kind.cold:
                print(f"skipped, only root can drop the page cache: {row.name}", file=sys.stderr)
        rows = [row for row in rows if row.kind is not Kind.cold]
    corpus = pathlib.Path(options.corpus)
    for row in rows:
        bench_corpora.make(corpus, row.search.target)
        if row.search.pattern_file and not (corpus / row.search.pattern_file).exists():
            raise tools.BenchError(f"no {corpus / row.search.pattern_file}: run make_corpus {corpus} first")
        if row.search.target != ONE_LINE_FILE and not (corpus / row.search.target).exists():
            raise tools.BenchError(f"no {corpus / row.search.target}: run make_corpus {corpus} first")
    (corpus / ONE_LINE_FILE).write_text(ONE_LINE_TEXT, encoding="ascii")
    return rows


def parse_options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--weir", metavar="PATH", help="the weir to measure")
    parser.add_argument("--weir-command", metavar="CMD", help="run this in place of `weir grep`")
    parser.add_argument("--corpus", metavar="DIR", required=True, help="what make_corpus wrote, on a real disk")
    parser.add_argument("--rg", metavar="PATH", help="ripgrep 15; else from PATH or node_modules")
    parser.add_argument("--duckdb", metavar="DIR", help="where npm has installed @duckdb/node-api; else left out")
    parser.add_argument("--rows", metavar="REGEX", default="", help="only rows whose name matches")
    parser.add_argument("--runs", metavar="N", type=int, default=7, help="runs of each tool a row (default 7)")
    parser.add_argument("--cold", action="store_true", help="only the rows with a cold page cache")
    parser.add_argument("--no-peers", action="store_true", help="leave out all tools but weir and rg")
    parser.add_argument("--json", metavar="FILE", help="store every run there")
    options = parser.parse_args()
    if options.runs < 1:
        parser.error("--runs must be at least 1")
    return options


def measure_and_print(bench: Bench, rows: list[Row]) -> tuple[list[Result], bool]:
    print("| row | weir | rg | ratio | bar | ok |\n| --- | --- | --- | --- | --- | --- |", flush=True)
    results, all_met, smaller_peak_mib = [], True, None
    for row in rows:
        result = bench.measure_row(row)
        results.append(result)
        cells, met = judge(result, smaller_peak_mib)
        if row.kind is Kind.memory:
            smaller_peak_mib = result.peak_mib("weir")
        all_met = all_met and met
        print_row(result, cells, met)
    return results, all_met


def main() -> int:
    options = parse_options()
    rows, jq_rows = choose_rows(options), bench_jq.choose_rows(options)
    if not rows and not jq_rows:
        raise tools.BenchError("no row to run")
    bench = Bench(options)
    jq_bench = bench_jq.JqBench(options) if jq_rows else None
    load = os.getloadavg()[0]
    if load > 0.5:
        print(f"load average {load:.1f}: others use this machine, numbers are noisy", file=sys.stderr)
    versions = {tool.name: tools.version_of(tool) for tool in (bench.weir, bench.rg, *bench.all_peers)}
    versions |= jq_bench.versions() if jq_bench else {}
    others = [versions[name] for name in ("rg", "jq", "DuckDB") if name in versions]
    print(f"{versions['weir']} against {', '.join(others)}\n")
    results, all_met = measure_and_print(bench, rows) if rows else ([], True)
    jq_results, all_jq_met = bench_jq.measure_and_print(jq_bench, jq_rows) if jq_bench else ([], True)
    print_details(results, jq_results)
    if options.json:
        save(options.json, versions, results, jq_results)
    if any(result.disagreements for result in (*results, *jq_results)):
        return 2
    return 0 if all_met and all_jq_met else 1


if __name__ == "__main__":
    try:
        sys.exit(main())
    except (tools.BenchError, OSError) as error:
        print(f"run_bench: {error}", file=sys.stderr)
        sys.exit(2)
