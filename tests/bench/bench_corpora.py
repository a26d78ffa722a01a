"""Corpora made of others when a row asks for one, and kept: compressed ones of mixed.log, and parts."""

import pathlib
import shutil
import struct
import subprocess
import zlib

from bench_tools import BenchError, find_program

MEBIBYTE = 1 << 20
LOG_BYTES = 256 * MEBIBYTE
ROTATED_FILES = 16
ROTATED_BYTES = 64 * MEBIBYTE
FRAME_BYTES = 4 * MEBIBYTE
BGZF_BLOCK = 65280


def make(corpus: pathlib.Path, target: str) -> None:
    """Writes corpus/target unless it is there; it appears under its name when it is complete."""
    writer = _WRITERS.get(target)
    path = corpus / target
    if writer is None or path.exists():
        return
    source = corpus / "mixed.log"
    if not source.exists() or source.stat().st_size < ROTATED_FILES * ROTATED_BYTES:
        raise BenchError(f"{target} is made of 1 GiB of {source}: run make_corpus {corpus} first")
    print(f"making {path}", flush=True)
    unfinished = corpus / (target + ".unfinished")
    if unfinished.is_dir():
        shutil.rmtree(unfinished)
    writer(source, unfinished)
    unfinished.rename(path)


def make_part(corpus: pathlib.Path, source: str, target: str, size: int) -> None:
    """Writes the first lines of corpus/source, about `size` bytes, unless they are there already."""
    whole, part = corpus / source, corpus / target
    if not whole.exists():
        raise BenchError(f"no {whole}: run make_corpus {corpus} first")
    if part.exists() and part.stat().st_mtime >= whole.stat().st_mtime:
        return
    unfinished = corpus / (target + ".unfinished")
    with open(whole, "rb") as file, open(unfinished, "wb") as out:
        while out.tell() < size and (block := file.read(min(MEBIBYTE, size - out.tell()))):
            out.write(block)
        out.write(file.readline())
    unfinished.rename(part)


def _lines(source: pathlib.Path, begin: int, size: int) -> bytes:
    """Whole lines: from the first that begins at `begin` or later, about `size` bytes."""
    with open(source, "rb") as file:
        file.seek(max(0, begin - 1))
        if begin:
            file.readline()
        data = file.read(size)
        return data + file.readline()


def _pack(command: tuple[str, ...], data: bytes, path: pathlib.Path) -> None:
    with open(path, "wb") as out:
        subprocess.run([find_program(command[0]), *command[1:]], input=data, stdout=out, check=True)


def _one_log(*command: str):
    return lambda source, path: _pack(command, _lines(source, 0, LOG_BYTES), path)


def _rotated(extension: str, *command: str):
    def write(source: pathlib.Path, path: pathlib.Path) -> None:
        path.mkdir()
        for i in range(ROTATED_FILES):
            _pack(command, _lines(source, i * ROTATED_BYTES, ROTATED_BYTES), path / f"app.log.{i:02}{extension}")
    return write


def _bgzf_block(data: bytes) -> bytes:
    deflate = zlib.compressobj(6, zlib.DEFLATED, -15)
    body = deflate.compress(data) + deflate.flush()
    head = b"\x1f\x8b\x08\x04\0\0\0\0\0\xff\x06\0BC\x02\0" + struct.pack("<H", len(body) + 25)
    return head + body + struct.pack("<II", zlib.crc32(data), len(data))


def _write_bgzf(source: pathlib.Path, path: pathlib.Path) -> None:
    data = _lines(source, 0, LOG_BYTES)
    with open(path, "wb") as out:
        for at in range(0, len(data), BGZF_BLOCK):
            out.write(_bgzf_block(data[at:at + BGZF_BLOCK]))
        out.write(_bgzf_block(b""))


def _write_frames(source: pathlib.Path, path: pathlib.Path) -> None:
    data = _lines(source, 0, LOG_BYTES)
    with open(path, "wb") as out:
        for at in range(0, len(data), FRAME_BYTES):
            frame = subprocess.run([find_program("zstd"), "-qc"], input=data[at:at + FRAME_BYTES], check=True,
                                   stdout=subprocess.PIPE)
            out.write(frame.stdout)


_WRITERS = {
    "one.log.gz": _one_log("gzip", "-6c"),
    "rotated-gz": _rotated(".gz", "gzip", "-6c"),
    "rotated-zst": _rotated(".zst", "zstd", "-qc"),
    "bgzf.log.gz": _write_bgzf,
    "frames.log.zst": _write_frames,
}
