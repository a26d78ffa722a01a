"""Runs one process with its output drained through a pipe, and measures it."""

import dataclasses
import fcntl
import hashlib
import mmap
import os
import pathlib
import time

PIPE_BYTES = 1 << 20
KEPT_BYTES = 8 << 20


@dataclasses.dataclass(frozen=True)
class Run:
    wall_s: float
    cpu_s: float  # user + system
    rss_mib: float
    rss_is_bound: bool  # the peak is at most rss_mib, which is what this interpreter itself takes
    output_bytes: int
    exit_status: int


class Drain:
    """Reads a pipe into one buffer: cheap, and the same for every tool. May hold back the writer."""

    def __init__(self, bytes_per_s: float = 0.0, keep: bool = False):
        self.buffer = bytearray(PIPE_BYTES)
        self.bytes_per_s = bytes_per_s
        self.count = 0
        self.lines = 0
        self.digest = hashlib.blake2b() if keep else None
        self.kept = bytearray()  # the output up to KEPT_BYTES: all of a list of counts

    def run(self, fd: int, after_read=None) -> None:
        start = time.monotonic()
        while (size := os.readv(fd, [self.buffer])) > 0:
            self.count += size
            if self.digest is not None:
                self._keep(memoryview(self.buffer)[:size])
            if after_read:
                after_read()
            if self.bytes_per_s:
                ahead = self.count / self.bytes_per_s - (time.monotonic() - start)
                if ahead > 0:
                    time.sleep(ahead)

    def _keep(self, part: memoryview) -> None:
        self.digest.update(part)
        self.lines += self.buffer.count(b"\n", 0, len(part))
        if len(self.kept) + len(part) <= KEPT_BYTES:
            self.kept += part


def spawn(arguments: list[str], environment: dict[str, str]) -> tuple[int, int]:
    """Starts the process with no input; answers its id and the reading end of its output."""
    reader, writer = os.pipe()
    fcntl.fcntl(reader, fcntl.F_SETPIPE_SZ, PIPE_BYTES)
    actions = [
        (os.POSIX_SPAWN_OPEN, 0, "/dev/null", os.O_RDONLY, 0),
        (os.POSIX_SPAWN_DUP2, writer, 1),
    ]
    try:
        pid = os.posix_spawn(arguments[0], arguments, environment, file_actions=actions)
    finally:
        os.close(writer)
    return pid, reader


def measure(arguments: list[str], environment: dict[str, str], drain: Drain | None = None,
            watch_memory: bool = False) -> Run:
    """A child's ru_maxrss starts at the size of the interpreter that spawned it. With watch_memory the peak
    is also looked up in /proc while the process runs, which finds smaller ones but disturbs short runs."""
    drain = drain or Drain()
    peak_kib = 0
    start = time.monotonic_ns()
    pid, reader = spawn(arguments, environment)

    def look() -> None:
        nonlocal peak_kib
        peak_kib = max(peak_kib, peak_rss_kib(pid))

    try:
        drain.run(reader, look if watch_memory else None)
    finally:
        os.close(reader)
        _, status, usage = os.wait4(pid, 0)
    wall_s = (time.monotonic_ns() - start) / 1e9
    own_kib = peak_rss_kib(os.getpid())
    is_bound = usage.ru_maxrss <= own_kib and peak_kib == 0
    if usage.ru_maxrss > own_kib or is_bound:
        peak_kib = usage.ru_maxrss
    return Run(wall_s, usage.ru_utime + usage.ru_stime, peak_kib / 1024, is_bound, drain.count,
               os.waitstatus_to_exitcode(status))


def peak_rss_kib(pid: int) -> int:
    """VmHWM, or 0 when the process has left its memory already."""
    try:
        status = pathlib.Path(f"/proc/{pid}/status").read_text(encoding="ascii", errors="replace")
    except OSError:
        return 0
    for line in status.splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1])
    return 0


def drop_caches() -> None:
    os.sync()
    pathlib.Path("/proc/sys/vm/drop_caches").write_text("3\n", encoding="ascii")


def make_cold(path: pathlib.Path) -> None:
    """Drops the page cache, to the same state for every run. Under a hypervisor, memory that lies free for
    seconds goes back to the host, and a run that must fault it in again takes up to 1 s longer a GiB: reading
    the input just before means that the pages freed here are still backed when the tool starts."""
    warm(path)
    drop_caches()


def may_drop_caches() -> bool:
    return os.geteuid() == 0 and os.access("/proc/sys/vm/drop_caches", os.W_OK)


def warm(path: pathlib.Path) -> None:
    """Brings a file, or all files of a tree, into the page cache."""
    files = [path] if path.is_file() else sorted(p for p in path.rglob("*") if p.is_file())
    buffer = bytearray(PIPE_BYTES)
    for file in files:
        with file.open("rb", buffering=0) as stream:
            while stream.readinto(buffer):
                pass


def direct_read_rate(path: pathlib.Path) -> float:
    """Bytes a second of reading the file in order, 1 MiB at a time, past the page cache (O_DIRECT)."""
    fd = os.open(path, os.O_RDONLY | os.O_DIRECT)
    try:
        with mmap.mmap(-1, 1 << 20) as buffer:
            start = time.monotonic()
            offset = 0
            while (size := os.preadv(fd, [buffer], offset)) > 0:
                offset += size
            return offset / (time.monotonic() - start)
    finally:
        os.close(fd)
