"""Record formats against other readings of them: csv and tsv against Python's csv module, logfmt and the access
logs against small implementations that share nothing with weir's.

Usage: records_against_python.py CONVERT_RECORDS
Random lines come from a seed; WEIR_SEED repeats one.
"""
import csv
import io
import json
import os
import random
import re
import subprocess
import sys

CONVERT = sys.argv[1]
CASES = 20000
NUMBER = re.compile(r'-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][-+]?[0-9]+)?')


class Number(str):
    """A number by its spelling; equal to no string of the same letters."""

    def __eq__(self, other):
        return isinstance(other, Number) and str.__eq__(self, other)

    __hash__ = str.__hash__

    def __repr__(self):
        return 'Number(%s)' % str(self)


def scalar(text):
    return Number(text) if NUMBER.fullmatch(text) else text


def convert(source, target, text):
    done = subprocess.run([CONVERT, source, target], input=text.encode('utf-8'), stdout=subprocess.PIPE, check=True)
    return done.stdout.decode('utf-8')


def load(line):
    if line.startswith('malformed: '):
        return 'malformed'
    return json.loads(line, parse_int=Number, parse_float=Number, object_pairs_hook=lambda pairs: pairs)


def compare(name, lines, expected, actual):
    assert len(lines) == len(actual), '%s: %d lines, %d records' % (name, len(lines), len(actual))
    for line, want, got in zip(lines, expected, actual):
        assert want == got, '%s: %r\n  expected %r\n  is       %r' % (name, line, want, got)


def words(rng, alphabet, most):
    return ''.join(rng.choice(alphabet) for _ in range(rng.randint(0, most)))


# csv and tsv ------------------------------------------------------------------------------------------------

def python_row(line, names):
    try:
        cells = next(csv.reader([line], strict=True))
    except csv.Error:
        return 'malformed'
    # The module does not tell which cells were in quotes: those are strings here.
    quoted = [cell.startswith('"') for cell in re.findall(r'(?:^|,)("(?:[^"]|"")*"|[^,]*)', line)]
    values = [cell if is_quoted else scalar(cell) for cell, is_quoted in zip(cells, quoted)]
    values += [None] * (len(names) - len(values))
    keys = names + [str(i + 1) for i in range(len(names), len(values))]
    return list(zip(keys, values))


def check_csv_lines(rng):
    names = ['a', 'b', 'c']
    lines = []
    while len(lines) < CASES:
        line = words(rng, ['a', 'é', ' ', ',', ',', '"', '"', '1', '2.5', '-', '""', ',"', '",'], 10)
        if line:
            lines.append(line)
    actual = convert('csv', 'json', '\n'.join([','.join(names)] + lines) + '\n').splitlines()
    compare('csv', lines, [python_row(line, names) for line in lines], [load(line) for line in actual])


def check_csv_round_trip(rng):
    rows = [[words(rng, ['a', 'é', ' ', ',', '"', '1', '-', '\t', '\\', "'"], 6) for _ in range(4)]
            for _ in range(CASES)]
    text = io.StringIO()
    csv.writer(text, lineterminator='\n').writerows([['a', 'b', 'c', 'd']] + rows)
    for separator, target in ((',', 'csv'), ('\t', 'tsv')):
        written = convert('csv', target, text.getvalue())
        if target == 'csv':
            again = list(csv.reader(io.StringIO(written, newline='')))[1:]
        else:
            again = [[untab(cell) for cell in line.split('\t')] for line in written.splitlines()[1:]]
        compare('csv to ' + target, rows, rows, again)
        back = convert(target, 'json', written).splitlines()
        compare(target + ' to json', rows, rows, [[str(value) for _, value in load(line)] for line in back])


def untab(cell):
    if cell.startswith('"'):
        cell = cell[1:-1].replace('""', '"')
    return re.sub(r'\\(.)', lambda m: {'t': '\t', 'n': '\n', 'r': '\r'}.get(m.group(1), m.group(1)), cell)


def random_value(rng):
    kind = rng.randint(0, 5)
    if kind == 0:
        return None
    if kind == 1:
        return rng.choice([True, False])
    if kind == 2:
        return rng.randint(-10**6, 10**6)
    if kind == 3:
        return [rng.randint(0, 9), words(rng, 'a",', 3)]
    return words(rng, ['a', 'é', ' ', ',', '"', '\n', '\r', '=', '1', '\t', '\\', 'true', '\x01'], 6)


def cell_of(value):
    if value is None:
        return ''
    if isinstance(value, str):
        return value
    return json.dumps(value, separators=(',', ':'), ensure_ascii=False)


def check_csv_writer(rng):
    rows = [{key: random_value(rng) for key in 'abcd'} for _ in range(CASES)]
    text = ''.join(json.dumps(row) + '\n' for row in rows)
    written = list(csv.DictReader(io.StringIO(convert('json', 'csv', text), newline='')))
    compare('csv writer', rows, [{key: cell_of(value) for key, value in row.items()} for row in rows], written)


# logfmt -----------------------------------------------------------------------------------------------------

PAIR = re.compile(r'([^\x00-\x20="]+)(?:=("(?:[^"\\]|\\.)*"(?=[\x00-\x20]|$)|(?!")[^\x00-\x20]*)|(?=[\x00-\x20]|$))')
ESCAPES = {'n': '\n', 't': '\t', 'r': '\r', 'b': '\b', 'f': '\f', '"': '"', '\\': '\\', '/': '/'}


def logfmt(line):
    record, has_pair, at = {}, False, 0
    while True:
        at += len(re.match(r'[\x00-\x20]*', line[at:]).group())
        if at == len(line):
            return list(record.items()) if has_pair else 'malformed'
        pair = PAIR.match(line, at)
        if not pair:
            return 'malformed'
        key, value = pair.groups()
        at = pair.end()
        has_pair = has_pair or value is not None
        record[key] = logfmt_value(value)


def logfmt_value(text):
    if text is None:
        return True
    if text.startswith('"'):
        return re.sub(r'\\(.)', lambda m: ESCAPES.get(m.group(1), m.group(0)), text[1:-1])
    return {'true': True, 'false': False, 'null': None}.get(text, scalar(text))


def check_logfmt_lines(rng):
    alphabet = ['a', 'b', 'é', '=', '=', '=', ' ', ' ', '"', '"', '\\', '\\n', '\\"', '1', '-2.5', 'true', 'null', 'a=1', ' x="y z" ']
    lines = [words(rng, alphabet, 14) for _ in range(CASES)]
    actual = [load(line) for line in convert('logfmt', 'json', '\n'.join(lines) + '\n').splitlines()]
    compare('logfmt', lines, [logfmt(line) for line in lines], actual)


def check_logfmt_writer(rng):
    rows = [{key: random_value(rng) for key in 'abcd'} for _ in range(CASES)]
    written = convert('json', 'logfmt', ''.join(json.dumps(row) + '\n' for row in rows))
    expected = [[(key, number_of(value)) for key, value in row.items()] for row in rows]
    back = [load(line) for line in convert('logfmt', 'json', written).splitlines()]
    compare('logfmt writer', rows, expected, back)


def number_of(value):
    if isinstance(value, bool) or value is None or isinstance(value, str):
        return value
    return Number(value) if isinstance(value, int) else cell_of(value)


# Access logs ------------------------------------------------------------------------------------------------

QUOTED = r'"((?:[^"\\]|\\.)*)"'
ACCESS = re.compile(r'([^ ]+) ([^ ]+) (.+?) \[([^]]*)\] ?' + QUOTED + r' ([0-9]+|-) ([0-9]+|-)(?: |$)')
AGENT = re.compile(QUOTED + r'(?: |$)' + QUOTED + r'(?: |$)')


def dash(text):
    return None if text == '-' else text


def access(line, is_combined):
    front = ACCESS.match(line)
    if not front:
        return 'malformed'
    host, ident, user, time, request, status, size = front.groups()
    record = [('host', dash(host)), ('ident', dash(ident)), ('user', dash(user)), ('time', time)]
    parts = re.fullmatch(r'([A-Za-z_-]+) (?:(.*) (HTTP/.*?)|(.*))', request)
    if parts and parts.group(3) and ' ' not in parts.group(3):
        record += [('method', parts.group(1)), ('path', parts.group(2)), ('protocol', parts.group(3))]
    elif parts:
        record += [('method', parts.group(1)), ('path', request[len(parts.group(1)) + 1:]), ('protocol', None)]
    else:
        record += [('method', None), ('path', None), ('protocol', None)]
        if request != '-':
            record.append(('request', request))
    record += [('status', None if status == '-' else scalar(status)), ('bytes', None if size == '-' else scalar(size))]
    rest = line[front.end():]
    if is_combined:
        behind = AGENT.match(rest)
        if not behind:
            return 'malformed'
        record += [('referer', dash(behind.group(1))), ('user_agent', dash(behind.group(2)))]
        rest = rest[behind.end():]
    return record + ([('rest', rest)] if rest else [])


def access_line(rng):
    request = rng.choice(['GET /a HTTP/1.1', 'GET /a b HTTP/1.0', 'GET /', 'GET', '-', '', 'é HTTP/1.1', 'A B C', 'PROP-FIND / HTTP/2'])
    pieces = [rng.choice(['h', '::1', '-']), rng.choice(['-', 'i']), rng.choice(['-', 'jo', 'a b', 'x [y']),
              '[%s]' % rng.choice(['', '01/Mar/2026:12:00:00 +0000', 'x']), '"%s"' % request,
              rng.choice(['200', '-', '007', '12x']), rng.choice(['5', '-', '0', '']), '"%s"' % rng.choice(['-', 'r', '']),
              '"%s"' % rng.choice(['-', 'Mozilla (X11)', '']), '0.5 "x"']
    line = ' '.join(pieces[:rng.randint(6, 10)])
    if rng.random() < 0.2:
        at = rng.randint(0, len(line))
        line = line[:at] + rng.choice(['"', ' ', '[', ']', '']) + line[at + rng.randint(0, 2):]
    return line


def check_access(rng):
    lines = [access_line(rng) for _ in range(CASES)]
    for name in ('clf', 'combined'):
        actual = [load(line) for line in convert(name, 'json', '\n'.join(lines) + '\n').splitlines()]
        compare(name, lines, [access(line, name == 'combined') for line in lines], actual)


def main():
    seed = int(os.environ.get('WEIR_SEED', '1'))
    for check in (check_csv_lines, check_csv_round_trip, check_csv_writer, check_logfmt_lines, check_logfmt_writer,
                  check_access):
        print('%s, seed %d' % (check.__name__, seed), flush=True)
        check(random.Random(seed))


main()
