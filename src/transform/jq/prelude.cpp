#include "transform/jq/builtin.hpp"

namespace weir::transform::jq {

namespace {

// What is best said in the language itself. A name that begins with _ is a builtin's or the machine's.
constexpr std::string_view kPrelude = R"jq(
def error: error(.);
def map(f): [.[] | f];
def select(f): if f then . else empty end;
def bsearch(f):
  if length == 0 then -1
  elif type != "array" then _bsearch(0)
  elif length == 1 then if f == .[0] then 0 elif f < .[0] then -1 else -2 end
  else
    . as $all
    | def look($low; $high):
        [$low, $high, null]
        | if $low > $high then if $all[$low] < f then -2 - $low else -1 - $low end
          else
            (($low + $high) / 2 | floor) as $middle
            | if $all[$middle] == f then $middle
              elif $low == $high then look($low; -1)
              elif $all[$middle] < f then look($middle + 1; $high)
              else look($low; $middle - 1) end
          end;
      look(0; length - 1)
  end;
def values: select(. != null);
def nulls: select(. == null);
def booleans: select(type == "boolean");
def numbers: select(type == "number");
def strings: select(type == "string");
def arrays: select(type == "array");
def objects: select(type == "object");
def iterables: select(type | . == "array" or . == "object");
def scalars: select(type | . != "array" and . != "object");
def scalars_or_empty: select((type | . != "array" and . != "object") or length == 0);
def normals: select(isnormal);
def finites: select(isfinite);

def sort_by(f): _sort_by_impl(map([f]));
def group_by(f): _group_by_impl(map([f]));
def unique_by(f): _unique_by_impl(map([f]));
def min_by(f): _min_by_impl(map([f]));
def max_by(f): _max_by_impl(map([f]));

def recurse(f): def again: ., (f | again); again;
def recurse(f; cond): def again: ., (f | select(cond) | again); again;
def recurse: recurse(.[]?);
def recurse_down: recurse;
def del(f): delpaths([path(f)]);
def map_values(f): .[] |= f;
def from_entries: _from_entries // (
  map({(.key // .Key // .name // .Name): (if has("value") then .value else .Value end)}) | add | . //= {});
def with_entries(f): to_entries | map(f) | from_entries;
def paths: path(recurse(if type | . == "array" or . == "object" then .[] else empty end)) | select(. != []);
def paths(filter): . as $whole | paths | select(. as $path | $whole | getpath($path) | filter);
def leaf_paths: paths(scalars);

def first(f): label $done | f | ., break $done;
def isempty(f): 0 == ((label $done | f | (1, break $done)) // 0);
def any(f; cond):
  [label $done | foreach f as $item (false;
     if . then break $done elif $item | cond then true else . end; if . then . else empty end)] | length == 1;
def any(cond): any(.[]; cond);
def all(f; cond):
  [label $done | foreach f as $item (true;
     if . | not then break $done elif $item | cond then . else false end; if . then empty else . end)]
  | length == 0;
def all(cond): all(.[]; cond);
def last(f): reduce f as $item (null; $item);
def limit($n; f):
  if $n < 0 then f
  else label $done | foreach f as $item ($n; . - 1; $item, if . <= 0 then break $done else empty end) end;
def nth($n; f):
  if $n < 0 then error("nth doesn't support negative indices") else last(limit($n + 1; f)) end;
def first: .[0];
def last: .[-1];
def nth($n): .[$n];
def range($upto): range(0; $upto);
def range($from; $upto; $by):
  def on: if ($by > 0 and . < $upto) or ($by < 0 and . > $upto) then ., (. + $by | on) else . end;
  if $by == 0 then $from else $from | on end
  | select(($by > 0 and . < $upto) or ($by < 0 and . > $upto));
def while(cond; f): def again: if cond then ., (f | again) else empty end; again;
def until(cond; f): def again: if cond then . else f | again end; again;
def repeat(f): def again: f, again; again;
def in(container): . as $key | container | has($key);
def inside(container): . as $part | container | contains($part);
def combinations:
  if length == 0 then [] else .[0][] as $item | (.[1:] | combinations) as $others | [$item] + $others end;
def combinations(n): . as $items | [range(n) | $items] | combinations;
def transpose:
  if . == [] then []
  else . as $rows
    | (map(length) | max) as $width
    | length as $height
    | [range(0; $width) as $column | [range(0; $height) as $row | $rows[$row][$column]]]
  end;
def walk(f):
  def down:
    if type == "object" then . as $in | reduce keys_unsorted[] as $key ({}; . + {($key): ($in[$key] | down)}) | f
    elif type == "array" then map(down) | f
    else f end;
  down;

def tostream: _tostream[];
def truncate_stream(stream):
  . as $depth | null | stream
  | . as $event | if (.[0] | length) > $depth then setpath([0]; $event[0][$depth:]) else empty end;
def fromstream(events):
  foreach events as $event (
    [null, false, null, false];
    if ($event[0] | length) == 0 then [null, false, .[2], .[3]]
    elif ($event | length) == 1 and ($event[0] | length) < 2 then [null, false, .[0], .[1]]
    else . end
    | . as $state
    | if ($event | length) > 1 and ($event[0] | length) > 0 then
        [(.[0] | setpath($event[0]; $event[1])), true, $state[2], $state[3]]
      else . end;
    if ($event[0] | length) == 1 and ($event | length) == 1 and .[3] then .[2] else empty end,
    if ($event[0] | length) == 0 then $event[1] else empty end);

def INDEX(stream; key): reduce stream as $row ({}; .[$row | key | if type == "string" then . else tojson end] |= $row);
def INDEX(key): INDEX(.[]; key);
def JOIN($index; key): [.[] | [., $index[key]]];
def JOIN($index; stream; key): stream | [., $index[key]];
def JOIN($index; stream; key; join): stream | [., $index[key]] | join;
def IN(s): reduce first(select(. == s)) as $found (false; true);
def IN(source; s): reduce (source | IN(s)) as $found (false; . or $found);

def match(re; flags): _match_impl(re; flags; false)[];
def match($re): _matches($re)[];
def capture(re; flags): _captures(re; flags)[];
def capture($re): _captures($re)[];
def scan(re): _scan(re)[];
def splits($re; flags): _splits($re; [flags])[];
def splits($re): _splits($re; [null])[];
def split($re; flags): _splits($re; [flags]);
def _replaced(s; $edits; $i):
  if $i == ($edits.captures | length) then $edits.texts[$i]
  else _replaced(s; $edits; $i + 1) as $rest | $edits.texts[$i] + ($edits.captures[$i] | s) + $rest end;
def _replace(s):
  . as $edits
  | [try [$edits.captures[] | [s]] catch null][0] as $outputs
  | $edits.texts | _splice($outputs) // _replaced(s; $edits; 0);
def sub($re; s): _first_edit($re) | _replace(s);
def sub($re; s; flags):
  (flags | index("g")) as $all
  | (flags | if $all then [explode[] | select(. != 103)] | implode else . end) as $flags
  | _edits($re; $flags; $all) | _replace(s);
def gsub($re; s; flags): sub($re; s; flags + "g");
def gsub($re; s): _edits($re; ""; true) | _replace(s);
)jq";

}  // namespace

std::string_view prelude() noexcept {
  return kPrelude;
}

}  // namespace weir::transform::jq
