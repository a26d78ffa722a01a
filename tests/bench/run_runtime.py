#!/usr/bin/env python3
"""Compares libweir's runtime with Boost.Asio's coroutines and Python's asyncio, row by row of
runtime/runtime_*.

The programs run strictly in turn, each row in a process of its own, which measures itself; the table shows
medians of the cost of one operation. Exit status: 0 all targets met, 1 one missed, 2 a program cannot run.
"""

import argparse
import dataclasses
import json
import pathlib
import statistics
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
ASYNCIO_TARGET = 20.0
BYTES_TARGET = 1024


@dataclasses.dataclass(frozen=True)
class Row:
    name: str
    title: str
    count: int
    asyncio_share: int = 1  # asyncio does one part in so many, where the cost does not depend on the count
    is_memory: bool = False


ROWS = (
    Row("await", "make a coroutine and await it", 10_000_000, asyncio_share=5),
    Row("spawn", "spawn and join a task, 1 000 at a time", 1_000_000),
    Row("spawn_at_once", "spawn and join a task, 1 000 000 at once", 1_000_000),
    Row("queue_1", "hand an item over through a queue of 1", 10_000_000, asyncio_share=10),
    Row("queue_100", "the same, through a queue of 100", 10_000_000, asyncio_share=10),
    Row("timers", "set a timer and have it fire, 1 000 000 at once", 1_000_000),
    Row("timers_cancelled", "set a timer and cancel it, 1 000 at a time", 1_000_000),
    Row("posts", "post a call from another thread", 1_000_000),
    Row("sleeping", "start, put to sleep and cancel a task, 100 000 at once", 100_000, is_memory=True),
)


@dataclasses.dataclass
class Result:
    row: Row
    nanoseconds: dict[str, list[float]] = dataclasses.field(default_factory=dict)
    bytes_each: dict[str, list[float]] = dataclasses.field(default_factory=dict)

    def cost(self, tool: str) -> float | None:
        return statistics.median(self.nanoseconds[tool]) if tool in self.nanoseconds else None

    def memory(self, tool: str) -> float | None:
        return statistics.median(self.bytes_each[tool]) if tool in self.bytes_each else None


def run_once(command: list[str], row: Row, count: int) -> tuple[float, float]:
    done = subprocess.run([*command, row.name, str(count)], stdout=subprocess.PIPE, text=True, check=False)
    if done.returncode != 0:
        print(f"{' '.join(command)} {row.name}: exit status {done.returncode}", file=sys.stderr)
        sys.exit(2)
    seconds, used = (float(word) for word in done.stdout.split())
    return seconds * 1e9 / count, used / count


def measure(row: Row, programs: dict[str, list[str]], runs: int) -> Result:
    result = Result(row)
    for turn in range(runs):
        for name in sorted(programs, reverse=turn % 2 == 1):
            count = row.count // row.asyncio_share if name == "asyncio" else row.count
            nanoseconds, used = run_once(programs[name], row, count)
            result.nanoseconds.setdefault(name, []).append(nanoseconds)
            if row.is_memory:
                result.bytes_each.setdefault(name, []).append(used)
    return result


def ratio_cell(cost: float | None, ours: float, target: float) -> tuple[str, bool]:
    if cost is None:
        return "-", True
    ratio = cost / ours
    met = ratio >= target
    text = f"{ratio:.1f}x"
    return (text if met else f"*{text}*"), met


def format_cost(cost: float | None) -> str:
    if cost is None:
        return "-"
    return f"{cost:.1f} ns" if cost < 100 else f"{cost:.0f} ns"


def print_table(results: list[Result]) -> bool:
    print("| one operation | libweir | Boost.Asio | asyncio | of Asio (1x) | of asyncio (20x) |")
    print("| --- | --- | --- | --- | --- | --- |")
    all_met = True
    for result in results:
        ours = result.cost("weir")
        of_asio, asio_met = ratio_cell(result.cost("asio"), ours, 1.0)
        of_asyncio, asyncio_met = ratio_cell(result.cost("asyncio"), ours, ASYNCIO_TARGET)
        all_met = all_met and asio_met and asyncio_met
        costs = " | ".join(format_cost(result.cost(tool)) for tool in ("weir", "asio", "asyncio"))
        print(f"| {result.row.title} | {costs} | {of_asio} | {of_asyncio} |")
    for result in results:
        if not result.row.is_memory:
            continue
        memory = {tool: result.memory(tool) for tool in ("weir", "asio", "asyncio")}
        all_met = all_met and memory["weir"] <= BYTES_TARGET
        cells = " | ".join("-" if used is None else f"{used:.0f} bytes" for used in memory.values())
        print(f"| memory of a sleeping task, of 100 000 | {cells} | {'' if memory['weir'] <= BYTES_TARGET else '*over 1 KiB*'} | |")
    return all_met


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--programs", type=pathlib.Path, required=True, help="the folder of runtime_weir (build/bench/tests/bench)")
    parser.add_argument("--runs", type=int, default=7)
    parser.add_argument("--rows", default="", help="names of rows, separated by commas; all without it")
    parser.add_argument("--only-weir", action="store_true", help="measure libweir alone")
    parser.add_argument("--json", type=pathlib.Path, help="keep every run here")
    options = parser.parse_args()

    programs = {"weir": [str(options.programs / "runtime_weir")]}
    if not options.only_weir:
        programs["asyncio"] = [sys.executable, str(HERE / "runtime" / "runtime_asyncio.py")]
        if (options.programs / "runtime_asio").exists():
            programs["asio"] = [str(options.programs / "runtime_asio")]
    wanted = options.rows.split(",") if options.rows else [row.name for row in ROWS]
    results = [measure(row, programs, options.runs) for row in ROWS if row.name in wanted]
    if options.json:
        options.json.write_text(json.dumps(
            {result.row.name: {"nanoseconds": result.nanoseconds, "bytes": result.bytes_each} for result in results}))
    return 0 if print_table(results) else 1


if __name__ == "__main__":
    sys.exit(main())
