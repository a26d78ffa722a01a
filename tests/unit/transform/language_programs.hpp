// Programs that the machine and jq itself run over the same records: one a line, those that do not compile
// too.
#pragma once

#include <string_view>

namespace weir::transform::jq {

inline constexpr std::string_view kBasics = R"programs(.
..
[..]
.a
.a.b
.a?
.a.b?
.["a"]
."a"
."a"."b"?
.a."b"?
.a["b"]?
.[0]
.[0]?
.[-1]?
.[1:]?
.[:1]?
.[1:2]?
.[1:][0]?
.[]
.[]?
.[][]?
.a[]?
[.[]?]
[.[]?|.a?]
.a,.b
(.a,.b)?
(.a?,.b?)
1,2|.+1
(1,2)+(10,20)
[(1,2)*(3,4),(5,6)-(1,2)]
-1
-(1,2)
-(.a?)
-. 
[-1,- 1, 1 - -1]
1 - 1 - 1
2 * 3 + 4 * 5 - 6 / 2 % 2
1 + 2 * 3 == 7
1 == 1, 1 != 1, 1 < 2, 2 <= 2, 3 > 4, 4 >= 5
. == .
. < 1, . > 1
[.] < [1]
. and true, . or false, (. and . or .)
(true,false) and (true,false)
(true,false) or (true,false)
(1,null) and (false,2) or (null,3)
not
(.,null,false) | not
.a // "d"
(.a?) // "d"
.a? // .b? // 3
(1,null,2) // 3
(null,false) // (3,4)
empty // 5
first(empty) // 6
.a? // error("x")
try error("x") catch .
try error catch .
try error({a:1}) catch .a
error({a:1})
error("msg")
error(null)
try error(null) catch 1
[.[]? | try error catch .]
(try 1) | error("x")
(try error("a") catch 1) | error("b")
[(try (1,2) catch 3) | if . == 2 then error("x") else . end]
[.[]?|(1,error("x"),2)?]
[(1,error("x"),2)?]
try (1,error("x"),2) catch .
(.a,.b)=9
.a=1
.a?=1
.a.b=1
.a|=.
.a|=3
.a+=1
.a-=1
.a*=2
.a/=2
.a%=2
.a//=7
.a//=(7,8)
.a=(1,2)
.a+=(1,2)
.b[0]=5
.b[]?+=1
.[]?=1
.[]?|=.
.[0]?=1
.[1:]?=[9]
.[1:]?|=reverse
.[-1]?=7
.a|=empty
.[]?|=empty
.b?|=empty
.[0]?|=empty
(.a,.b)|=empty
(.a?,.b?)+=1
.a=.b
.a=.a.b
(.a|.b)=1
(if .a? then .a else .b? end)=5
(.a // .b)=5
(.a? // .b?)|=5
(.. | select(type=="number"))|=.+1
(.. | numbers)+=1
..=1
first(.[]?)=9
limit(1;.[]?)|=8
(.[]?|select(.a?))|=7
del(.a)
del(.a?)
del(.[]?)
del(.[0]?)
del(.b,.a)
del(.[0,1]?)
del(..)
del(.[]?|select(.==1))
delpaths([["a"]])
to_entries?
with_entries(.value|=.)?
with_entries(select(.key=="a"))?
map(.)?
map(.a?)?
map_values(.)?
map_values(empty)?
path(.a)
path(.a?,.b?)
[paths]
[paths(type=="number")]
[leaf_paths]
path(..)
[path(.[]?)]
path(.a|.b|.c)
path(1)
path(.a+1)
path(.a|tostring)
path(map(.))?
path(first(.a?,.b?))
path(.a? // .b?)
path(if . then .a? else .b? end)
path(select(.a?))
path(getpath(["a","b"]))?
path(getpath(["x",0]))?
[path(.a[]?)]
path(label $f | .a?, break $f, .b?)
path(. as $x | .a?)
path(try error("x") catch .)
path(.a|error("y"))
path(limit(1;.[]?))
getpath(["a","b"])
getpath(["a","b"])?
setpath(["a"];1)?
[.[]? as $x | $x]
. as $x | [$x,$x]
. as [$a,$b] | [$a,$b]
(. as [$a,$b] | [$a,$b])?
(. as {$a,$b} | [$a,$b])?
(. as {a:$x,b:[$y,$z]} | [$x,$y,$z])?
(. as {$a:[$q],b:$c} | [$a,$q,$c])?
(. as {"a":$x} | $x)?
(. as {("a","b"):$x} | $x)?
(. as {"\("a")":$x} | $x)?
[.[]? as [$a] ?// $a | $a]
. as [$a] ?// {$a} ?// $a | [$a]
[.[]? as {a:$x} ?// [$x] ?// $x | $x]
. as [$a] ?// $b | [$a,$b]
. as [$a] ?// $b | if $a == null then error("q") else . end
reduce .[]? as $x (0; . + 1)
reduce (1,2,3) as $x (0; . + $x)
reduce (1,2,3) as $x (0; empty)
reduce (1,2,3) as $x (0; ., $x)
reduce (1,2,3) as $x ((0,10); . + $x)
reduce empty as $x (3; 4)
reduce ([1,2],[3,4]) as [$a,$b] (0; . + $a * $b)
[foreach (1,2,3) as $x (0; . + $x)]
[foreach (1,2,3) as $x (0; . + $x; [., $x])]
[foreach (1,2,3) as $x ((0,10); . + $x; ., $x)]
[foreach (1,2,3) as $x (0; (., . + $x); .)]
[foreach (1,2,3) as $x (0; empty; .)]
[foreach (1,2,3) as $x (0; if $x == 2 then empty else .+$x end; .)]
[label $f | 1, break $f, 2]
[label $a | label $b | 1, break $a, 2]
[label $f | range(10) | ., (select(. == 3) | break $f)]
[(label $f | (1, break $f, 2)?), 3]
[label $f | ((1, break $f, 2)?), 3]
[limit(3; range(10))]
[limit(0; 1,2)]
[limit(-1; 1,2)]
[limit(1; ((1,2,3)?, 10))]
[limit(2,1; 5,6,7)]
limit("a"; 1)
limit(null; 1, 2)
[first(range(10))]
[first(empty)]
first(.[]?)
first?
last?
[last(range(5))]
last(empty)
[nth(2; range(10))]
nth(0)?
[until(. == null; null)]
[0|until(. > 5; . + 1)]
[0|until((. > 5, true); . + 1)]
[limit(5; 0|until(. > 3; (.+1, .+2)))]
[1|while(. < 20; . * 2)]
[1|while(. < 20; . * 2, . * 3)]
[limit(5; 1|repeat(. * 2))]
[limit(5; repeat(1,2))]
[recurse]
[recurse(.[]?)]
[2|recurse(if . < 50 then . * . else empty end)]
[2|recurse(. * .; . < 100)]
[range(5)]
[range(2;5)]
[range(0;10;3)]
[range(5;0;-2)]
[range(0,1;3,4)]
range("a")
range(0;"b")
[range(1.5;4)]
any, all
[.[]?|any?]
any(.[]?; . == 1)
all(.[]?; . == 1)
any(true,true; .)
any(true,false; (.,.))
any(true,error("x"); .)
all(false,error("x"); .)
all(true,false; .)
any(empty; .)
all(empty; .)
any(1,2; empty)
all(1,2; empty)
isempty(.[]?)
isempty(empty)
isempty(1,error("x"))
select(.a?)
select((.a,.b)?)
select(true,false,true)
[.[]?|select(.==1 or .==2)]
if . then 1 else 2 end
if .a? then .a elif .b? then .b else "none" end
if (true,false,null) then 1 else 2 end
if empty then 1 else 2 end
[if (true,false) then (1,2) else (3,4) end]
[.[]?]|length
{a:1}
{a:1,b:2}|{b,a}
{a,b}?
{"a":1,"b":(1,2)}
{(("x","y")):(1,2)}
{a:(1,2),b:(3,4),c:(5,6)}
{(1,2|tostring):3}
{(1):2}?
{(.):1}
{"a b"}?
)programs";

inline constexpr std::string_view kMore = R"programs({"x\(1)"}?
{"x\(1,2)":3}
{@base64 "x\("q")":3}
{$__loc__:1}
{a:1|2}
{a:-1}
{a:-1|tostring}
{if:1,then:2,and:3}
{a:1,}
{"a":.}|.a
. as $x | {$x}
1 as $x | 2 as $y | {$x,$y,z:$__loc__}
{a:{b:{c:1}}}|.a.b.c
{a:1,a:2}
"\(1)"
"a\(.)b"
"a\(1,2)b\(3,4)c"
"a\("b\("c")")"
@base64
@base64 "a\("b")c\(1)"
@json "x\(.)"
@text "x\(.)"
@foo
@foo "x"
@foo "x\(1)"
@html "<\("<&>")>"
@uri "?q=\("a b")"
@csv?
"\u00e9\n\t\"\\\/"
"\ud83d\ude00"
"\ud83d"
"\udead"
$__loc__
$__loc__.line
def f: 1; f
def f: .+1; def g: f|f; 1|g
def f(x): x|x; 1|f(.+1)
def f(x; y): x+y; f(1;2)
def f($x): $x+1; f(1)
def f($x; $y): [$x,$y]; f(1,2;3,4)
def f($x; y): $x+y; f(1;2,3)
def f($a): 5|a; 3|f(.)
def f($a): $a+a; f(1,2)
def f: def g: 3; g; f
def f(g): def h: g; h; f(1,2)
def f: def g: .+1; g|g; 1|f
def fac: if . <= 1 then 1 else . * (. - 1 | fac) end; [range(10)|fac]
def fib: if . < 2 then . else (.-1|fib) + (.-2|fib) end; 15|fib
def f(x): if . > 3 then x else .+1 | f(x+1) end; 0|f(1)
def f(x): def g: x; def x: 5; g+x; f(2)
def f: reduce .[]? as $x (0; . + 1); [f,f]
def f: (1,2) as $x | $x + (3,4); [f]
def a: 1; def b: a+1; def a: 10; [a,b]
def f(f): f; f(7)
def r(f): ., (f|r(f)); [2|r(if . < 100 then .*. else empty end)]
[recurse(. as $x | .[]? )]|length
[.[]? as $x | .[]? as $y | [$x,$y]]|length
def f: . as $x | if type == "array" then (.[0]|f), $x else $x end; [f]
def f($n): if $n > 0 then $n, f($n-1) else empty end; [f(5)]
def f(g): [g]; f(.[]?)
def f: error("in f"); try f catch .
[splits("a")]?
ascii_downcase?
ltrimstr("te")
tojson
tojson|fromjson
[.[]?|tostring]
length?
keys?
add?
sort?
sort_by(.)?
group_by(.)?
unique_by(length)?
min_by(.a?)?
max_by(.a?)?
walk(if type=="number" then .+1 else . end)
[walk(.)]
env|type
$ENV|type
input_line_number|type
[tostream]
fromstream(tostream)
[combinations]?
[[1,2],[3,4]]|[combinations]
transpose?
in({"a":1})?
inside([1,2,3,[4,[5]],{"a":"b"}])?
[1,[2]]|[flatten,flatten(0)]
ascii?
INDEX(.a?)?
IN(1,2,42)
IN(.[]?;1)
[.[]?|IN(1,3)]
join(",")?
tojson|test("a")
[match("a";"g")?]
sub("t";"x")?
gsub("t";"x")?
[scan("t")?]
.level == "error"
select(.level? == "error")|.a
.a as $x | .b as $y | [$x,$y]
(.a as $x | $x)?
[.a?|numbers,strings,nulls,booleans,arrays,objects]
[..|scalars]
[..|iterables]|length
.a|=(.,1)
.a|=tonumber?
.["a","b"]=(1,2)
.a[1:]?=[1]
[1,2,3]|.[1:]=["x","y","z"]
[1,2,3]|.[:-1]|=map(.+1)
[1,2,3]|.[1:]|=empty
[1,2,3]|del(.[1:])
[1,2,3]|.[(0,1)]
[1,2,3]|.[(0,1):(2,3)]
[[1,2],[3]]|.[][0]
{"a":[1,2]}|.a[(0,1)]|=10
[1,null]|.[]//=5
[[1,2],10]|.[0][1]+=5
{}|.a.b.c=1
{}|.a[2]=1
{}|.["x"]|=1
null|.[1]=1
[1]|.["a"]=1
[1]|.[-2]=1
1|.a=1
{"a":1}|.[0]=1
(.a|.b?)|=1
[1,2]|(.[]|select(.>1))=9
[1,[2]]|(..|select(type=="number"))|=.*2
(.a,.a)=1
.a=1|.b=2|del(.a)
tojson|.[0:3]
"abc"|.[1:2]
"abc"|.[1:]=1
1 as $x | 2 as $x | $x
1 as $x | [$x,(2 as $x|$x),$x]
[[1,2]]|.[] as [$x,$x]|$x
[.[]?|.a? // "none"]
[.[]?.a?]
.a?.b?
.a[0]?
.a.b.c[1].d?
try (.a.b.c) catch .
try (1|.[]) catch .
try ("a"|.[0]) catch .
try ({}|.[0]) catch .
try ([]|.["a"]) catch .
try ([]|has("a")) catch .
try (null|keys) catch .
try ({}-1) catch .
try ({}*{}) catch .
try ([]/1) catch .
try ({}|-.) catch .
try (1%0) catch .
try (1/(0|.)) catch .
try error("\(1)") catch .
try ("a"|error) catch .
(1|error)?
error
[1]|error
try error({"__jq":1}) catch 7
1e1000
[.1, 1.5, 1e3, 1E-2, 0.0001, 100000000000000000000]
[nan]|sort
nan < nan
[nan] == [nan]
[infinite,-infinite]
null,true,false
[true,false,null][0]
{"a":true}.a
"x" as $x | "y" as $y | $x+$y
[1,2][1]
[1,2]|.[0]+.[1]
"abc" | test("B";"i")
[limit(3; def f: 1, f; f)]
[limit(3; def f: (1,2), f; f)]
[limit(10; def f(x): x, f(x+1); f(0))]
def f: if . < 10 then .+1|f else . end; [0|f]
def even: if . == 0 then true else (.-1)|odd end; def odd: 1; 4|even
try ((1,2)|if .==2 then error("two") else . end) catch .
[(1,2)|try (if .==2 then error("two") else . end) catch .]
((1,2)|tostring) as $x | $x
[1,2]|(first,last)
[[0,1],[2,3]]|map(first)
[.[]?|{x:.}|.x]
to_entries?|map(.key)?
tojson as $x | $x|length
splits
isvalid(1)
.[
.a.
1 == 2 == 3
1 = 2 = 3
. as $x
if 1 then 2 end
{a:1+1}
{(1):2}
"abc
"\q"
foo(1)
$undefined
break $x
def f: ; f
reduce . as $x (1)
1/0
(1-1)/(2-2)
5/(1-1)
}
'
..a
.a..b
.[0].[1]
. as [] | 1
{and}
. as $and|$and
.a?//1
.and
@
%
1..2
.5
1.
5.e2
. as [$a, {b: $c}] | 1
reduce 1 as [$a] (0; 1)
. # comment
1 # a|b
1,# x
#
try 1 catch 2 | 3
try -1
try error("x") // 5
try (1|error)? // 4
-1 + 2
-1 as $x | $x
1 + 2 as $x | $x * 2
1 + reduce (1,2) as $x (0;.+$x)
1 + if . then 1 else 2 end
[if . then 1 else 2 end | .+1]
if . then 1 else 2 end.a
def f: 1; def g: 2; f + g
1 + def f: 2; f
[1,2,3] | .[1:] | first
"a" + "b" * 2
[.[]?] - [1]
1 - 2 - 3, 8 / 4 / 2
7 % 4 % 2
. // 1 // 2
1 as $x | $x | . as $y | $y
.a = 1 // 2
.a |= 1 + 1
.a = 1, 2
1 or error("x")
false and error("x")
[error("x") or true]?
{} | .a += 1 | .a
{} | .a //= 3 | .a
)programs";

inline constexpr std::string_view kOthers = R"programs(ltrimstr(1)
splits(1)?
getpath(1)?
getpath(["a"])?=3
paths(..)
tojson|ascii_downcase
[.[]?|type]
def f(a;b;c;d;e): [a,b,c,d,e]; f(1;2;3;4;5)
def f($a;$b;$c;$d;$e;$g;$h;$i;$j): [$a,$b,$c,$d,$e,$g,$h,$i,$j]; f(1;2;3;4;5;6;7;8;9)
[range(3)] as [$a,$b] | {$a,$b}
[[1,[2,3]]] | .[] as [$a,[$b,$c]] | [$a,$b,$c]
{"a":"x","x":5} | . as {a:$k} | .[$k]
. as $dot | [paths] | map(. as $p | $dot | getpath($p)) | length
[recurse_down]|length
@sh?
"1,2"|split(",")|map(tonumber)
[.[]?|numbers]|add
[.[]?|(.a?,.b?)]
[.[]?]|map(select(type=="number"))|sort|reverse
.. |= .
.. |= (if type=="number" then .+1 else . end)
[..]|map(type)|unique
(.a,.b)|=1
.a|=(.b=2)?
.a[.b]?
.[.a]?
[.[.[]?]?]
path(.[.a]?)
path(.[1:2]?)
path(.a[1:]?)
path(.[1:][0]?)
[1,2,3]|path(.[1:][0])
[1,2,3]|.[1:][0]=9
[1,2,3]|to_entries
path(empty)
[path(.a,.b|.c?)]
path({}|.a)
path([1]|.[0])
path("a"|.b)
path(.a?|select(.))
path(select(.)|.a?)
path(recurse(.a?;.!=null))
path(recurse(if type=="object" then .a else empty end))
[paths(..)]|length
try path(tojson) catch .
try path("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa") catch .
try path("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"|.bbbbbbbbbbbbbbbbbbbbbbbbbbb) catch .
try path("ääääääääääääääääääääää"|.[]) catch .
[.[]?] as [$a] | $a
reduce (.[]?|numbers) as $n (null; . + $n)
[recurse(if type=="array" then .[] else empty end; . != 3)]
[.. | .a?]
[..|.[0]?]
[.[]?.a?, .a?]
(.[]?, .a?) |= 1
try ((.a,.b)=error("x")) catch .
.a = (.b?,1)
.a += .b?
.a += empty
.a |= (empty,1)
.a = empty
{a:[1,2,3]} | .a[] |= (.+1, .+2)
{a:[1,2,3]} | .a[] |= select(. != 2)
{a:[1,2,3]} | (.a[] | select(. > 1)) |= empty
{a:[1,2,3]} | del(.a[] | select(. > 1))
[[1,2],[3,4]] | .[][0] |= empty
[1,2,3] | (.[0], .[1]) |= empty
try ([1,2] | .[] |= error("x")) catch .
[1,2] | (try .[] catch 5) |= error("x")
[1,2] | (.[]?) |= error("x")
[[1],2] | (.[][]?) |= 9
[[1],2] | [.[][]?]
(try (.[]) catch .) |= 3
{} | .a.b |= 3 | .a.c += 1
{} | (.a,.b) = (1,2)
{} | .[("a","b")] += (1,2)
. as $d | {} | .x = $d | .x |= .
def f: .a; {} | f = 3
def f(x): x | .b; {} | f(.a) |= 5
def f($k): .[$k]; {} | f("a","b") = 1
def f: if . == null then .a else .b end; null | f = 1
def deep: .a | .b; {} | deep |= 1 | deep += 4
{} | getpath(["a","b"]) = 3
{} | (getpath(["a"]) | .b) |= 4
{"a":[{"b":1},{"b":2}]} | .a[].b += 10
{"a":[{"b":1},{"b":2}]} | [.a[] | .b]
{"a":[{"b":1},{"b":2}]} | .a |= map(select(.b > 1))
{"a":[{"b":1},{"b":2}]} | del(.a[0].b, .a[1])
{"a":[{"b":1},{"b":2}]} | to_entries
{"a":1,"b":null} | with_entries(select(.value != null))
{"a":1,"b":2} | with_entries(.key |= ascii_upcase)
[{"k":"x","v":1}] | map({(.k): .v}) | add
[1,2,3,4] | .[2:] |= map(.*2)
[1,2,3,4] | .[1:3] = []
[1,2,3,4] | .[1:3] += ["n"]
[1,2,3,4] | del(.[0,2])
[1,2,3,4] | del(.[1:3], .[0])
[1,2,3,4] | to_entries | map(select(.key % 2 == 0).value)
[1,2,3,4] | [limit(2; .[])] | add
[1,2,3,4] | [.[] | if . % 2 == 0 then "even" elif . == 3 then "three" else . end]
[1,2,3,4] | [foreach .[] as $x (0; . + $x; {x: $x, s: .})]
[1,2,3,4] | reduce .[] as $x ({}; .[$x|tostring] = $x * $x)
[1,2,3,4] | reduce .[] as $x ([]; [$x] + .)
[1,2,3,4] | . as [$h] | $h
[1,2,3,4] | [.[1:][] | . as $x | $x * 2]
[[1,2],[3,4]] | [.[] as [$a, $b] | {a: $a, b: $b}]
[[1,2],[3,4]] | map(. as [$a] | $a)
[{"a":1},{"a":2}] | map(.a) | join("-")
"a,b" | split(",") as [$x, $y] | $y + $x
"x" | [., 1] | "\(.[0])\(.[1])"
[1,[2,[3,[4]]]] | [.. | numbers]
[1,[2,[3]]] | [paths(numbers)]
[1,[2,[3]]] | (.. | numbers) |= . * 10
[1,[2,[3]]] | walk(if type == "array" then reverse else . end)
label $out | foreach (1,2,3) as $i (0; . + $i; if . > 2 then ., break $out else . end)
[label $l | (1,2,3) | ., (if . == 2 then break $l else empty end)]
def f: label $l | (1, break $l, 2); [f, f]
def f(g): label $l | g | ., break $l; [f(1,2), f(3,4)]
def f(g): first(g | select(. > 2)); [f(1,2,3,4)]
[range(10)] | first(.[] | select(. > 5))
[range(10)] | [limit(3; .[] | select(. % 2 == 1))]
[limit(3; repeat("x"))]
[limit(5; recurse(. as $x | [$x]))] | length
[1 | limit(5; recurse(. * 2))]
[0 | limit(5; recurse(. + 1, . + 2; . < 4))]
try (label $x | error("in label")) catch .
try ([1] | implode | error) catch "caught"
[.[]? | tojson | fromjson]
[(1,2) as $x | (3,4) as $y | [$x, $y]]
[(1,2) as $x | $x | . as $x | $x]
def f($x): def g($y): $x + $y; g(10); [f(1,2)]
def f(x): def g(y): [x, y]; g(x); f(1,2)
def outer(f): def inner(g): f + g; inner(10); outer(1)
def a(f): f; def b(f): a(f); def c(f): b(f); [c(1,2)]
def f: def f: 2; f; f
def f(x): 1; def f: 2; [f, f(0)]
def x: 1; {x: x, y: (x + 1)}
def x($y): $y; [x(1), x(2)]
def map(f): "mine"; [1] | map(.)
def select(f): "mine"; select(.)
def recurse: "mine"; ..
def empty: 7; empty
[splits("a";"b")?]
[1,2] | combinations?
[.[]?] | any(. == 1)
[.[]?] | all(type == "number")
[true, error("x")] | any?
[1,null,2] | map(values)
[3,1,2] | sort_by(-.)
[{"a":2,"b":1},{"a":1,"b":2}] | sort_by(.a, .b), min_by(.b), max_by(.b), group_by(.a), unique_by(.a)
[1,1,2] | unique, group_by(.), (map(tostring) | unique)
"abc" | explode | implode
"2015-03-05T23:51:47Z" | fromdate
0 | todate
"test" | ltrimstr("te"), rtrimstr("st"), startswith("te"), endswith("x")
"a1b2" | [scan("[0-9]")], gsub("[0-9]"; "#"), sub("(?<x>[a-z])"; "<\(.x)>")
"a b" | @uri, @html, @sh, @base64, @json, @text, @csv?, @tsv?
[1,"a",null] | @csv, @tsv, @sh, @json, @text
@json "v=\([1,2])", @sh "echo \("it's")"
[1,2,3] | IN(2), IN(.[]; 2, 3)
[1,2,3] | index(2), rindex(2), indices(2), (.[1:] | index(3))
"abcb" | index("b"), rindex("b"), indices("b")
[1,2,3] | contains([1]), inside([1,2,3,4])
{"a":1} | has("a"), has("b"), (to_entries | from_entries)
[1,2] | has(0), has(5)
[[1,2],[3]] | add, flatten, transpose
{"a":[1,{"b":2}]} | [leaf_paths], [tostream], fromstream(tostream)
{"a":[1,{"b":2}]} | [paths], [paths(type == "number")]
{"a":[1,{"b":2}]} | [getpath(["a",1,"b"], ["x","y"])]
{"a":[1,{"b":2}]} | delpaths([["a",0],["a",1,"b"]])
{"a":[1,{"b":2}]} | path(..)
{"a":[1,{"b":2}]} | [.. | scalars]
1 as $x | [$x, ($x | . + 1) as $y | $y]
"\(1 + 2) and \("a" | ascii_upcase)"
[.a?, .b?, .c?] | map(. // "none")
(.a? // {}) | .b? // "x"
.a?.b?.c? // "deep"
.level? // empty
if .a? and .b? then "both" elif .a? or .b? then "one" else "none" end
[.[]? | objects | .a] | map(numbers) | add
(.. | select(type == "string")) |= ascii_upcase
[.. | select(type == "object") | keys[]] | unique
try (if . == null then error("null!") else . end) catch "caught \(.)"
[.[]? | try tonumber catch "NaN"]
try error("\(.)") catch .
[splits(", ")]?
ascii(65)?
getpath(["a",0,"b"])?
try getpath(["a",0,"b"]) catch .
tojson | length
[limit(3;.[]?)]
{"a":1} * {"a":{"b":2}}
{"a":{"x":1}} * {"a":{"y":2}}
null + 1, 1 + null, {} + {"a":1}, [1] + [2]
"abc" / "b", [1,2,1] - [1], 5 % 3, -5 % 3, 5 % -3
"x" * 3, "x" * 0
10 / 4, 1 / 3
1e308 * 10, -1e308 * 10
[1,2] < [1,3], {"a":1} < {"a":2}, "a" < "b", null < false, false < true, true < 0
{} == {}, [] == [], 1 == 1.0, "1" == 1
[nan < 1, nan > 1, nan == nan]
infinite | floor, tostring
[1.5, -1.5] | map(floor, ceil, round, fabs)
pow(2;10), log2, exp10?
[pow(2,3;1,2)]
[range(0,1;2,3;1,2)]
[atan2(1,2;3,4)]
fma(1,2;3;4)
splits("x") | error
ltrimstr("x"), ltrimstr("a","b")
has("a","b")?
[has(0,1)]?
test("a","b")?
[match("a","t")?] | length
error("a","b")
[.[]? | error("a")?]
try error([1]) catch .[0]
.[1,0]?
.["a","b"]?
[.[0,1,2]?]
.[(0,1):(2,3)]?
{(.a?|tostring):1}
{"a\(1,2)":(3,4)}
{a:1} | {"b":.a, c:(.a,2)}
{"x":(1,2)|.+1}
[{"a":(1,2)} | .a]
.. as $x | $x
[..] as [$a,[$b]] | $b
. as {a:{b:$x}} ?// [$x] ?// $x | $x
. as [[$a]] ?// [$a] ?// {$a} ?// $a | $a | type
[[[1]],[2],{"a":3},4] | .[] as [[$a]] ?// [$a] ?// {$a} ?// $a | $a
[[1,2]] | .[] as [$a] ?// $a | if ($a|type) == "number" then error("n") else $a end
reduce ([1],[2],3) as [$a] ?// $a (0; . + $a)
[foreach ([1],[2],3) as [$a] ?// $a (0; . + $a; [., $a])]
. as {$a} ?// [$a] | $a
def f: reduce .[]? as [$x] ?// $x (0; . + 1); f
limit(2; .[]?) as $x | $x
first(.[]?) as $x | [$x]
(first(.[]?) // "none") as $x | $x
[.[]? | first(.[]?)]
isempty(.[]?), isempty(empty), isempty(error("x"))?
[first(range(10;0;-1)), last(range(10;0;-1)), nth(3; range(10;0;-1))]
until(type != "array"; .[0])?
[while(type == "array"; .[0])]
[recurse(.[]?; type == "array")]
try nth(-1; 1,2) catch .
[.[]?] | .[-1:], .[:-1], .[1:-1]
[range(10)] | .[2:4], .[-3:], .[:3], .[5:100], .[1.2:3.7]
"abcdef" | .[2:4], .[-2:]
null | .[1:2]
[1,2] | .[null:1], .["a":1]?
try ([1] | .["a":]) catch .
try ({} | .[1:]) catch .
try (1 | .[1:]) catch .
try ([1] | .[{}]) catch .
[1,2,1] | .[[1]]
[1,2,1] | .[[1,2]]
try ([1] | .[[1]] = 5) catch .
try (null | .[{}] = 1) catch .
try ({} | has(1)) catch .
)programs";

}  // namespace weir::transform::jq
