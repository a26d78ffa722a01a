"""The rows of `weir jq` and what each demands of which peer."""

import dataclasses

PART_BYTES = 64 << 20
RECORDS = "records.jsonl"
RECORDS_PART = "records-part.jsonl"  # its first PART_BYTES, in whole lines
MEMORY_BAR_MIB = 96


@dataclasses.dataclass(frozen=True)
class Bars:
    """What a row is held to: speed-ups over peers, or a rate of its own. 0: not compared."""

    jq: float = 0.0
    duckdb: float = 0.0
    rg: float = 0.0
    bytes_per_s: float = 0.0


@dataclasses.dataclass(frozen=True)
class JqRow:
    name: str
    program: str
    bars: Bars
    flags: tuple[str, ...] = ("-c",)
    target: str = RECORDS
    counted: str = ""  # a regex: rg finds as many lines of it as there are outputs


ERRORS = 'select(.level=="error" and .http.status>=500)'
STATUS_500 = "select(.status>=500)"
ERROR_LINE = '"level":"error"'

JQ_ROWS = (
    JqRow(f"`{ERRORS}`, `-c`", ERRORS, Bars(jq=80, duckdb=3), counted=ERROR_LINE),
    JqRow("the same where 0.1 % of the records are errors", ERRORS, Bars(rg=1), target="rare.jsonl", counted=ERROR_LINE),
    JqRow("`{ts, level, s: .http.status}`, `-c`", "{ts, level, s: .http.status}", Bars(jq=40)),
    JqRow("`.`, `-c`", ".", Bars(jq=25)),
    JqRow('`select(.msg|test("timeout|refused"))`, `-c`', 'select(.msg|test("timeout|refused"))', Bars(jq=50),
          counted='"msg":"[^"]*(timeout|refused)'),
    JqRow("`.http.path`, `-r`", ".http.path", Bars(jq=50), flags=("-r",)),
    # libjq alone knows halt; two threads with a libjq each can at best halve jq's time
    JqRow('by libjq: `if .level=="none" then halt else .ts end`, 64 MiB', 'if .level=="none" then halt else .ts end',
          Bars(jq=1.7), target=RECORDS_PART),
    JqRow(f"`{STATUS_500}`, `-c`, 256 MiB of logfmt", STATUS_500, Bars(bytes_per_s=500e6),
          flags=("--from", "logfmt", "-c"), target="logfmt.log", counted=" status=5[0-9][0-9] "),
    JqRow(f"`{STATUS_500}`, `-c`, 256 MiB of access log", STATUS_500, Bars(bytes_per_s=500e6),
          flags=("--from", "combined", "-c"), target="access.log", counted='" 5[0-9][0-9] [0-9]+ "'),
)
