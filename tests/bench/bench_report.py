"""How times and runs are printed, the same for all tables."""

import statistics

from bench_process import Run


def median_ms(runs: list[Run]) -> float:
    return statistics.median(run.wall_s for run in runs) * 1000


def format_time(milliseconds: float) -> str:
    if milliseconds < 10:
        return f"{milliseconds:.2f} ms"
    return f"{milliseconds:.0f} ms" if milliseconds < 10_000 else f"{milliseconds / 1000:.1f} s"


def format_peak(runs: list[Run]) -> str:
    bound = "<= " if all(run.rss_is_bound for run in runs) else ""
    return f"{bound}{max(run.rss_mib for run in runs):.0f} MiB"


def print_runs(rows: list[tuple[str, dict[str, list[Run]]]]) -> None:
    """Every tool of every row, for information; cpu is user + system."""
    print("\n| row | tool | runs | median | fastest | cpu | peak RSS |\n| --- | --- | --- | --- | --- | --- | --- |")
    for name, runs_by_tool in rows:
        for tool, runs in runs_by_tool.items():
            fastest = min(run.wall_s for run in runs) * 1000
            cpu = statistics.median(run.cpu_s for run in runs) * 1000
            print(f"| {name} | {tool} | {len(runs)} | {format_time(median_ms(runs))} | {format_time(fastest)} | "
                  f"{format_time(cpu)} | {format_peak(runs)} |")
