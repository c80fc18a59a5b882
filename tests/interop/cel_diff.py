"""Compare two evaluators of CEL on generated expressions.

    cel_diff.py SEED COUNT OURS THEIRS…

OURS is cel_answer, THEIRS the command of the other; each is given a file of
expressions and prints an answer a line.  Expressions are made from their type
down, with now and then one of a wrong type, so that most have a value.  Both
must come to the same value, or neither to one.

    cel_diff.py SEED COUNT

only prints the expressions.
"""
import json
import os
import random
import re
import subprocess
import sys
import tempfile
import time

BINDINGS = {
    "i": {"$int": 7}, "j": {"$int": -3}, "u": {"$uint": 5}, "d": 2.5,
    "s": "héllo wörld", "t": "a,b,c", "b": True, "n": None,
    "y": {"$bytes": "aGkA/w=="},
    "ts": {"$timestamp": "2026-03-01T12:34:56.789Z"},
    "du": {"$duration": "90m"},
    "li": [{"$int": 1}, {"$int": 2}, {"$int": 3}, {"$int": 2}],
    "ls": ["alpha", "beta", "", "delta"],
    "m": {"k": {"$int": 1}, "kind": {"$int": 2}, "x y": {"$int": 3}},
    "r": {"name": "credit", "rows": {"$int": 400}, "auc": 0.84,
          "tags": ["a", "b"], "owner": {"name": "risk", "level": {"$int": 3}},
          "since": {"$timestamp": "2025-12-31T23:59:59Z"}, "none": None},
}

# Where the two are known to differ, and why: (what our answer is, what
# theirs is, what the expression has; regular expressions), reason.
VALUE = r"^(?!error|refused|late)"
NONE = r"^(error|refused)$"
KNOWN = [
    # Where vouch refuses and cel-go does not.
    (NONE, VALUE, r"base64\.decode",
     "base64 whose last bits say nothing is no base64 (RFC 4648, 3.5)"),
    (NONE, VALUE, r"\{",
     "keys of a map are bool, int, uint or string, and no two are equal"),
    (NONE, VALUE, r"%s.*format",
     "a text is UTF-8: bytes that are not cannot be put into one"),
    (NONE, VALUE, r"\.or\(",
     "the alternative to an optional is an optional"),
    (NONE, VALUE, r"-\(.*(\bdu\b|duration|\bts\b|timestamp)",
     "a duration has no opposite"),
    (NONE, VALUE, r"[01]\.0 / -?0\.0|sqrt",
     "NaN is not compared with what is no number, and nothing sorted by it"),
    (NONE, VALUE, r"(?=.*int\()(?=.*(du|ts|timestamp|since))",
     "a duration does not become an int"),
    (NONE, VALUE, r"[iI]ndexOf\(",
     "a place beyond the text is an error, whatever is looked for there"),
    (NONE, r"\bnone\b|optional_type", r"opt(Map|FlatMap|ional)|\?|last|first",
     "a member of an optional text or number is an error"),
    # Where cel-go refuses and vouch does not.
    (NONE, VALUE, r"!!", "cel-go takes !! away before it sees of what"),
    (VALUE, NONE, r"(?=.*(b'|b\"|\by\b|bytes|base64))(?=.*(\bin\b|\[))",
     "bytes are not a key of any map: in cel-go that ends the evaluation"),
    (VALUE, NONE, r"lists\.range\(-1\)",
     "there are no numbers up to one below 0; cel-go since 2025 refuses it"),
    (VALUE, r"^refused$", r"math\.(greatest|least)\(|sortBy",
     "cel-go looks at what math.greatest and sortBy are of as it parses"),
    # Where both have a value.
    (r"", r"", r"\(\?i.*\\p",
     "letters of a case by property are not folded"),
    (r"", r"", r"duration.*get(Minutes|Hours|Seconds)",
     "whole minutes of a long duration; cel-go counts them as a double"),
    (r"", r"", r"ofNonZeroValue\(.*(timestamp|ts|since)",
     "the timestamp that is zero is that of 1970; cel-go's is of the year 1"),
    (r"", r"", r"getMilliseconds",
     "of a duration these are the part below a second, as the specification"
     " says; cel-go gives all of it"),
    (r"", r"", r"math\.(greatest|least)\(.*0\.0 / 0\.0",
     "the greatest and least of NaN are not specified"),
    (r"", r"", r"(?=.*(string\(|format))(?=.*[-+]0[15]:00)",
     "a timestamp as a text is in UTC; cel-go keeps its offset"),
    (r"", r"", r"(?=.*(string\(|format))(?=.*("
     r"\.0 / 0\.0|[0-9]e|3\.0e6|123456789|740992\.0|-\(|-0\.0|double\())",
     "a double as a text: 3000000 where cel-go has 3e+06 and Infinity where"
     " it has +Inf"),
    (r"", r"", r"[iI]ndexOf\([^,]*, ",
     "from the end of a text on, cel-go finds nothing"),
]


class Generator:
    """Expressions by type; what is deep becomes a leaf."""

    def __init__(self, seed):
        self.random = random.Random(seed)
        self.locals = []  # (name, type)

    def pick(self, *choices):
        return self.random.choice(choices)

    def chance(self, share):
        return self.random.random() < share

    def of(self, kind, depth):
        if self.chance(0.03):
            kind = self.pick(*TYPES)
        known = [name for name, has in self.locals if has == kind]
        if known and self.chance(0.35):
            return self.pick(*known)
        if depth <= 0 or self.chance(0.12):
            return self.leaf(kind)
        if self.chance(0.08):
            return self.anything(kind, depth - 1)
        return getattr(self, "make_" + kind)(depth - 1)

    def leaf(self, kind):
        leaves = LEAVES[kind]
        return self.pick(*leaves)

    def any(self, depth):
        return self.of(self.pick(*TYPES), depth)

    def anything(self, kind, depth):
        """Forms that every type has."""
        way = self.random.randrange(6)
        if way == 0:
            return "(%s ? %s : %s)" % (self.of("bool", depth),
                                       self.of(kind, depth),
                                       self.of(kind, depth))
        if way == 1:
            return "[%s, %s][%s]" % (self.of(kind, depth),
                                     self.of(kind, depth),
                                     self.pick("0", "1", "0u", "1.0", "2",
                                               self.of("int", depth)))
        if way == 2:
            return '{"a": %s, "b": %s}%s' % (
                self.of(kind, depth), self.of(kind, depth),
                self.pick(".a", ".b", '["a"]', ".c"))
        if way == 3:
            return "dyn(%s)" % self.of(kind, depth)
        if way == 4:
            return "%s.orValue(%s)" % (self.optional_of(kind, depth),
                                       self.of(kind, depth))
        name = "v%d" % len(self.locals)
        given = self.pick(*TYPES)
        value = self.of(given, depth)
        self.locals.append((name, given))
        body = self.of(kind, depth)
        self.locals.pop()
        return "cel.bind(%s, %s, %s)" % (name, value, body)

    def optional_of(self, kind, depth):
        return self.pick(
            "optional.of(%s)" % self.of(kind, depth),
            "optional.none()",
            "optional.ofNonZeroValue(%s)" % self.of(kind, depth),
            '{"a": %s}[?"a"]' % self.of(kind, depth),
            '{"a": %s}.?b' % self.of(kind, depth),
            "[%s][?%s]" % (self.of(kind, depth), self.pick("0", "1", "-1")))

    def over(self, depth):
        """A list or map to go over, and the types of its items."""
        way = self.random.randrange(6)
        if way == 0:
            return self.of("map", depth), "string", "int"
        if way == 1:
            return "ls", "int", "string"
        if way == 2:
            return self.of("strings", depth), "int", "string"
        return self.of("list", depth), "int", "int"

    def macro(self, depth, form, result):
        """form: with %(range)s, %(x)s and %(body)s."""
        source, key, item = self.over(depth)
        by_key = item if key == "int" else key
        name = "v%d" % len(self.locals)
        self.locals.append((name, by_key))
        body = self.of(result, depth)
        condition = self.of("bool", depth)
        self.locals.pop()
        return form % {"range": source, "x": name, "body": body,
                       "if": condition}

    def macro_two(self, depth, form, result):
        source, key, item = self.over(depth)
        first = "v%d" % len(self.locals)
        self.locals.append((first, key))
        second = "v%d" % len(self.locals)
        self.locals.append((second, item))
        body = self.of(result, depth)
        condition = self.of("bool", depth)
        self.locals.pop()
        self.locals.pop()
        return form % {"range": source, "x": first + ", " + second,
                       "body": body, "if": condition}

    def make_bool(self, depth):
        way = self.random.randrange(20)
        if way < 3:
            return "(%s %s %s)" % (self.of("bool", depth),
                                   self.pick("&&", "||"),
                                   self.of("bool", depth))
        if way == 3:
            return "!%s" % self.of("bool", depth)
        if way < 7:
            kind = self.pick("int", "uint", "double", "string", "bytes",
                             "bool", "timestamp", "duration")
            other = kind
            if kind in ("int", "uint", "double") and self.chance(0.3):
                other = self.pick("int", "uint", "double")
            return "(%s %s %s)" % (
                self.of(kind, depth),
                self.pick("<", "<=", ">", ">=", "==", "!="),
                self.of(other, depth))
        if way == 7:
            kind = self.pick(*TYPES)
            return "(%s %s %s)" % (self.of(kind, depth), self.pick("==", "!="),
                                   self.of(kind, depth))
        if way == 8:
            return "(%s == %s)" % (self.any(depth), self.any(depth))
        if way == 9:
            return "(%s in %s)" % (
                self.of(self.pick("int", "double", "uint", "string"), depth),
                self.of(self.pick("list", "map", "strings"), depth))
        if way == 10:
            return "has(%s.%s)" % (self.pick("m", "r", "r.owner", "r.absent"),
                                   self.pick("k", "kind", "name", "level",
                                             "none", "absent"))
        if way < 13:
            return "%s.%s(%s)" % (
                self.of("string", depth),
                self.pick("contains", "startsWith", "endsWith"),
                self.of("string", depth))
        if way == 13:
            pattern = self.pick(*PATTERNS) if self.chance(0.3) else \
                json.dumps(self.pattern(3), ensure_ascii=False)
            return "%s.matches(%s)" % (self.of("string", depth), pattern)
        if way < 17:
            form = "%(range)s." + self.pick("all", "exists", "exists_one") \
                + "(%(x)s, %(body)s)"
            if self.chance(0.3):
                return self.macro_two(depth, form, "bool")
            return self.macro(depth, form, "bool")
        if way == 17:
            return "%s.hasValue()" % self.of("optional", depth)
        if way == 18:
            return "sets.%s(%s, %s)" % (
                self.pick("contains", "equivalent", "intersects"),
                self.of("list", depth), self.of("list", depth))
        return self.pick(
            "bool(%s)" % self.of("string", depth),
            "math.isNaN(%s)" % self.of("double", depth),
            "math.isInf(%s)" % self.of("double", depth),
            "math.isFinite(%s)" % self.of("double", depth))

    def pattern(self, depth):
        """A regular expression, or what looks like one."""
        parts = []
        for _ in range(self.random.randrange(1, 5)):
            part = self.pick(*ATOMS)
            if depth > 0 and self.chance(0.25):
                part = self.pick("(%s)", "(?:%s)", "(?P<n>%s)", "(?i:%s)",
                                 "(%s|b)", "(?s:%s)") % self.pattern(depth - 1)
            # What stands for no character is not repeated.
            if not re.match(r"[\^$]$|\\[bBAz]$|\(\?.\)$", part):
                part += self.pick("", "", "", "*", "+", "?", "*?", "{2}",
                                  "{1,}", "{0,3}", "++", "{,2}", "{x")
            parts.append(part)
        return "".join(parts)

    def make_int(self, depth):
        way = self.random.randrange(16)
        if way < 4:
            return "(%s %s %s)" % (self.of("int", depth),
                                   self.pick("+", "-", "*", "/", "%"),
                                   self.of("int", depth))
        if way == 4:
            return "-(%s)" % self.of("int", depth)
        if way < 7:
            return self.pick("size(%s)", "%s.size()") % self.of(
                self.pick("string", "bytes", "list", "map", "strings"), depth)
        if way < 9:
            return "int(%s)" % self.of(
                self.pick("int", "uint", "double", "string", "timestamp"),
                depth)
        if way == 9:
            zone = self.pick("", "", '"UTC"', '"+05:30"', '"-08:00"',
                             '"02:00"', '"America/New_York"',
                             '"Europe/Berlin"', '"Nowhere/At_All"')
            return "%s.%s(%s)" % (self.of("timestamp", depth),
                                  self.pick(*PARTS), zone)
        if way == 10:
            return "%s.%s()" % (self.of("duration", depth), self.pick(
                "getHours", "getMinutes", "getSeconds", "getMilliseconds"))
        if way == 11:
            return "%s.%s(%s%s)" % (
                self.of("string", depth),
                self.pick("indexOf", "lastIndexOf"),
                self.of("string", depth),
                ", " + self.of("int", depth) if self.chance(0.3) else "")
        if way == 12:
            return "math.%s(%s, %s)" % (
                self.pick("greatest", "least", "bitAnd", "bitOr", "bitXor"),
                self.of("int", depth), self.of("int", depth))
        if way == 13:
            return self.pick(
                "math.abs(%s)", "math.sign(%s)", "math.bitNot(%s)",
                "math.bitShiftLeft(%s, 2)", "math.bitShiftRight(%s, 3)",
                "math.bitShiftRight(%s, 64)",
                "math.bitShiftLeft(1, %s)") % self.of("int", depth)
        if way == 14:
            return "%s[%s]" % (self.of("list", depth), self.of("int", depth))
        return "%s[%s]" % (self.of("map", depth), self.of("string", depth))

    def make_uint(self, depth):
        if self.chance(0.5):
            return "(%s %s %s)" % (self.of("uint", depth),
                                   self.pick("+", "-", "*", "/", "%"),
                                   self.of("uint", depth))
        if self.chance(0.7):
            return "uint(%s)" % self.of(
                self.pick("int", "uint", "double", "string"), depth)
        return self.pick("math.bitAnd(%s, 6u)", "math.bitNot(%s)",
                         "math.bitShiftLeft(%s, 1)",
                         "math.abs(%s)", "math.sign(%s)",
                         "math.greatest(%s, 4u)") % self.of("uint", depth)

    def make_double(self, depth):
        way = self.random.randrange(8)
        if way < 4:
            return "(%s %s %s)" % (self.of("double", depth),
                                   self.pick("+", "-", "*", "/"),
                                   self.of("double", depth))
        if way == 4:
            return "-(%s)" % self.of("double", depth)
        if way == 5:
            return "double(%s)" % self.of(
                self.pick("int", "uint", "double", "string"), depth)
        return "math.%s(%s)" % (
            self.pick("ceil", "floor", "round", "trunc", "abs", "sign",
                      "sqrt"),
            self.of(self.pick("double", "double", "int"), depth))

    def make_string(self, depth):
        way = self.random.randrange(14)
        if way < 3:
            return "(%s + %s)" % (self.of("string", depth),
                                  self.of("string", depth))
        if way < 6:
            kind = self.pick("int", "uint", "double", "bool", "string",
                             "bytes", "timestamp", "duration")
            # The digits of other doubles differ: KNOWN says how.
            return "string(%s)" % (
                self.pick("0.1", "-1.5", "2.5", "d", "r.auc")
                if kind == "double" else self.of(kind, depth))
        if way < 8:
            return "%s.%s()" % (self.of("string", depth), self.pick(
                "lowerAscii", "upperAscii", "reverse", "trim"))
        if way == 8:
            return "%s.substring(%s%s)" % (
                self.of("string", depth), self.of("int", depth),
                ", " + self.of("int", depth) if self.chance(0.5) else "")
        if way == 9:
            return "%s.replace(%s, %s%s)" % (
                self.of("string", depth), self.of("string", depth),
                self.of("string", depth),
                ", " + self.of("int", depth) if self.chance(0.3) else "")
        if way == 10:
            return "%s.join(%s)" % (
                self.of("strings", depth),
                self.of("string", depth) if self.chance(0.6) else "")
        if way == 11:
            return "%s.charAt(%s)" % (self.of("string", depth),
                                      self.of("int", depth))
        if way == 12:
            return self.format(depth)
        return self.pick("strings.quote(%s)" % self.of("string", depth),
                         "base64.encode(%s)" % self.of("bytes", depth))

    def format(self, depth):
        clauses, values = [], []
        for _ in range(self.random.randrange(1, 4)):
            clause, kind = self.pick(
                ("%d", "int"), ("%d", "uint"), ("%s", "string"),
                ("%s", "int"), ("%s", "bool"), ("%s", "list"), ("%s", "map"),
                ("%s", "duration"), ("%s", "timestamp"), ("%s", "bytes"),
                ("%.2f", "double"), ("%f", "double"), ("%.3e", "double"),
                ("%s", "double"),
                ("%x", "int"), ("%X", "string"), ("%x", "bytes"),
                ("%b", "int"), ("%o", "int"), ("%b", "bool"), ("%%", None))
            clauses.append(clause)
            if kind is not None:
                values.append(self.of(kind, depth))
        return '"%s".format([%s])' % (" ".join(clauses), ", ".join(values))

    def make_bytes(self, depth):
        return self.pick(
            "(%s + %s)" % (self.of("bytes", depth), self.of("bytes", depth)),
            "bytes(%s)" % self.of(self.pick("string", "bytes"), depth),
            "base64.decode(%s)" % self.of("string", depth))

    def make_list(self, depth):
        """Of ints."""
        way = self.random.randrange(14)
        if way < 3:
            return "[%s]" % ", ".join(
                self.of("int", depth)
                for _ in range(self.random.randrange(4)))
        if way == 3:
            return "(%s + %s)" % (self.of("list", depth),
                                  self.of("list", depth))
        if way < 6:
            return self.macro(depth, self.pick(
                "%(range)s.map(%(x)s, %(body)s)",
                "%(range)s.map(%(x)s, %(if)s, %(body)s)"), "int")
        if way == 6:
            return self.macro(depth, "%(range)s.filter(%(x)s, %(if)s)", "int")
        if way == 7:
            return self.macro_two(depth, self.pick(
                "%(range)s.transformList(%(x)s, %(body)s)",
                "%(range)s.transformList(%(x)s, %(if)s, %(body)s)"), "int")
        if way == 8:
            return "%s.slice(%s, %s)" % (self.of("list", depth),
                                         self.pick("0", "1", "2"),
                                         self.of("int", depth))
        if way == 9:
            return "lists.range(%s)" % self.pick("0", "3", "5", "i", "-1",
                                                 "size(s)")
        if way == 10:
            return "%s.%s()" % (self.of("list", depth),
                                self.pick("distinct", "sort", "reverse"))
        if way == 11:
            return "[%s, %s].flatten()" % (self.of("list", depth),
                                           self.of("list", depth))
        if way == 12:
            return self.macro(depth, "%(range)s.sortBy(%(x)s, %(body)s)",
                              self.pick("int", "string", "double"))
        return "[?%s, %s]" % (self.optional_of("int", depth),
                              self.of("int", depth))

    def make_strings(self, depth):
        return self.pick(
            "[%s]" % ", ".join(self.of("string", depth) for _ in
                               range(self.random.randrange(3))),
            "%s.split(%s)" % (self.of("string", depth),
                              self.of("string", depth)),
            "%s.split(%s, %s)" % (self.of("string", depth),
                                  self.of("string", depth),
                                  self.pick("-1", "0", "1", "2",
                                            self.of("int", depth))),
            self.macro(depth, "%(range)s.map(%(x)s, %(body)s)", "string"),
            "%s.%s()" % (self.of("strings", depth),
                         self.pick("sort", "distinct", "reverse")))

    def make_map(self, depth):
        """From strings to ints."""
        way = self.random.randrange(5)
        if way < 2:
            return "{%s}" % ", ".join(
                "%s: %s" % (self.of("string", depth), self.of("int", depth))
                for _ in range(self.random.randrange(4)))
        if way == 2:
            return self.macro_two(depth, self.pick(
                "%(range)s.transformMap(%(x)s, %(body)s)",
                "%(range)s.transformMap(%(x)s, %(if)s, %(body)s)"), "int")
        if way == 3:
            return self.macro_two(
                depth,
                "%(range)s.transformMapEntry(%(x)s, {string(%(body)s): 1})",
                "int")
        return '{?"o": %s, "p": %s}' % (self.optional_of("int", depth),
                                        self.of("int", depth))

    def make_timestamp(self, depth):
        way = self.random.randrange(4)
        if way == 0:
            return "(%s %s %s)" % (self.of("timestamp", depth),
                                   self.pick("+", "-"),
                                   self.of("duration", depth))
        if way == 1:
            return "(%s + %s)" % (self.of("duration", depth),
                                  self.of("timestamp", depth))
        return "timestamp(%s)" % self.of(
            self.pick("int", "timestamp", "string"), depth)

    def make_duration(self, depth):
        return self.pick(
            "(%s %s %s)" % (self.of("duration", depth), self.pick("+", "-"),
                            self.of("duration", depth)),
            "(%s - %s)" % (self.of("timestamp", depth),
                           self.of("timestamp", depth)),
            "duration(%s)" % self.pick(*DURATIONS))

    def make_optional(self, depth):
        """Of an int."""
        way = self.random.randrange(4)
        if way == 0:
            return "%s.or(%s)" % (self.of("optional", depth),
                                  self.of("optional", depth))
        if way == 1:
            name = "v%d" % len(self.locals)
            source = self.of("optional", depth)
            self.locals.append((name, "int"))
            form = self.pick("%s.optMap(%s, %s)",
                             "%s.optFlatMap(%s, optional.of(%s))")
            body = self.of("int", depth)
            self.locals.pop()
            return form % (source, name, body)
        if way == 2:
            return self.pick("%s.first()", "%s.last()") \
                % self.of("list", depth)
        return self.optional_of("int", depth)

    def make_type(self, depth):
        return "type(%s)" % self.any(depth)


TYPES = ["bool", "int", "uint", "double", "string", "bytes", "list",
         "strings", "map", "timestamp", "duration", "optional", "type"]
PATTERNS = [r'"^h.llo"', r'"[a-c]+$"', r'"(a|b)*c"', r'"^\\d{2,3}$"', r'""',
            r'"("', r'"\\bw"', r'"(?i)HELLO"', r'"^$"', r'"x*"',
            r'"[[:alpha:]]+"', r'"\\p{L}+$"', r'"^.{3}$"', r'"(?=a)"',
            r'"a{2,1}"', r'"[^,]*,b"', r'"\\x41"', r'"(?s).*"', r'"(?P<n>a)"',
            r'"\\w+\\s\\w+"', r'"\\Aa"', r'"b\\z"', r'"[z-a]"', "t", "s"]
ATOMS = ["a", "b", "h", "l", "é", "ö", " ", ",", ".", "^", "$", "\\d", "\\w",
         "\\s", "\\S", "\\W", "\\D", "\\b", "\\B", "\\A", "\\z", "\\Z",
         "\\.", "\\x41", "\\x{e9}", "\\n", "\\v", "\\h", "\\e", "[a-c]", "[^,]",
         "[\\s,]", "[^\\S]", "[[:alpha:]]", "[[:space:]x]", "[]a]", "[^]a]",
         "\\pL", "\\p{Ll}", "\\P{L}", "\\Qa.\\E", "(?i)", "(?s)", "(?m)", "\\1",
         "(?x)", "{", "}", "]", "-", "\n", "[a", "(?=a)", "\\_", "\\q"]
PARTS = ["getFullYear", "getMonth", "getDate", "getDayOfMonth",
         "getDayOfWeek", "getDayOfYear", "getHours", "getMinutes",
         "getSeconds", "getMilliseconds"]
DURATIONS = ['"0s"', '"1h"', '"-90m"', '"1.5s"', '"1ns"', '"2h45m"', '"3ms"',
             '"10000h"', '"1d"', '""', '".5h"', '"1"', '"-1.5h3us"', '"+5s"',
             '"9223372036s"', '"2540400h"']
LEAVES = {
    "bool": ["true", "false", "b", '"a\\n".matches("a$")'],
    "int": ["0", "1", "-1", "2", "3", "10", "i", "j", "m.k", "li[1]",
            "r.owner.level", "r.rows", "100", "0x1F", "9007199254740993",
            "9223372036854775807", "-9223372036854775808", "m.absent"],
    "uint": ["0u", "1u", "5u", "u", "0xffu", "18446744073709551615u"],
    "double": ["0.0", "1.0", "-1.5", "0.1", "2.5", "d", "r.auc", "1e300",
               "1e-7", "123456789.0", "1e21", "3.0e6", "-0.0",
               "(0.0 / 0.0)", "(1.0 / 0.0)", "9007199254740992.0", "5e-324"],
    "string": ['""', '"a"', '"abc"', "s", "t", "ls[1]", "r.name", '","',
               '"1"', '"-5"', '"2.5"', '"true"', '" x "', "'q\"\\n'",
               '"héé"', '"\\U0001F600!"', 'r"\\d"', '"Ab"', '"k"', '"b"',
               '"2024-02-29T23:59:60Z"', '"2024-02-29T10:00:00+01:00"',
               '"aGk="', '"1e3"', '"0x10"', '"t"', "r.absent"],
    "bytes": ['b""', 'b"hi"', "y", "b'\\xff\\x00'", 'b"é"', "b'\\377'"],
    "list": ["[]", "[1]", "li", "[1, 2, 3]", "[3, 1, 2]", "[1, 1.0, 1u]"],
    "strings": ["[]", "ls", '["a"]', "r.tags", '["b", "a", "b"]'],
    "map": ["{}", "m", '{"a": 1}', '{"k": 1, "b": 2}', '{1: 2, "a": 3}'],
    "timestamp": ["ts", "r.since", 'timestamp("2024-02-29T00:00:00Z")',
                  'timestamp("1969-12-31T23:59:59.5Z")', "timestamp(0)",
                  'timestamp("0001-01-01T00:00:00Z")',
                  'timestamp("9999-12-31T23:59:59.999999999Z")',
                  'timestamp("2024-03-10T02:30:00-05:00")'],
    "duration": ["du", 'duration("1h30m")', 'duration("-0.5s")',
                 'duration("0s")', 'duration("1ms")'],
    "optional": ["optional.none()", "optional.of(3)", "m[?'k']", "r.?absent",
                 "[1, 2][?0]"],
    "type": ["int", "string", "type(1)", "list", "type", "null_type",
             "google.protobuf.Timestamp", "bool", "map"],
}


def expressions(seed, count):
    generator = Generator(seed)
    for _ in range(count):
        yield generator.any(generator.random.choice((1, 2, 2, 3, 3, 4)))


def known(expr, ours, theirs):
    for our, their, having, reason in KNOWN:
        if re.search(our, ours) and re.search(their, theirs) \
                and re.search(having, expr):
            return reason
    return None


def answer(exprs, command):
    lines = [{"expr": expr} for expr in exprs]
    lines[0]["bindings"] = BINDINGS
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "expressions")
        with open(path, "w", encoding="utf-8") as out:
            for line in lines:
                out.write(json.dumps(line) + "\n")
        done = subprocess.run(command + [path], stdout=subprocess.PIPE,
                              check=False, timeout=300)
    if done.returncode != 0:
        sys.exit("%s ended with %d" % (command[0], done.returncode))
    return done.stdout.decode().splitlines()


def is_of_no_order(command, expr, our):
    """Whether the other's answer is ours at times: keys have no order."""
    if not re.search(r"(?i)map|filter|transform", expr):
        return False
    return any(our in answer([expr] * 10, command) for _ in range(10))


def compare(exprs, ours, theirs, command):
    """What differs, shortest first; how many had a value; what is known."""
    differ, values, excused = [], 0, {}
    none = ("error", "refused")
    for expr, our, their in zip(exprs, ours, theirs):
        if our in none and their in none:
            continue
        values += our not in none
        if our == their:
            continue
        reason = known(expr, our, their)
        if reason is None and is_of_no_order(command, expr, our):
            reason = "the keys of a map have no order; cel-go shuffles them"
        if reason is None:
            differ.append((len(expr), expr, our, their))
        else:
            excused[reason] = excused.get(reason, 0) + 1
    return sorted(differ), values, excused


def main():
    seed, count = sys.argv[1], int(sys.argv[2])
    exprs = list(expressions(seed, count))
    if len(sys.argv) < 5:
        print("\n".join(exprs))
        return
    begun = time.monotonic()
    ours = answer(exprs, sys.argv[3:4])
    between = time.monotonic()
    theirs = answer(exprs, sys.argv[4:])
    ended = time.monotonic()
    print("# seed %s: ours %.1f s, theirs %.1f s" %
          (seed, between - begun, ended - between))
    if not len(ours) == len(theirs) == count:
        print("not ok - each expression is answered by both")
        return
    print("ok - each of %d expressions is answered by both" % count)
    differ, values, excused = compare(exprs, ours, theirs, sys.argv[4:])
    print("%s - at least half of them have a value (%d)" % (
        "ok" if values * 2 >= count else "not ok", values))
    for reason, times in sorted(excused.items()):
        print("# known, %d times: %s" % (times, reason))
    for _, expr, our, their in differ[:int(os.environ.get("CEL_SHOWN", "40"))]:
        print("not ok - %s is the same in both: ours %s, theirs %s" %
              (expr, our, their))
    if not differ:
        print("ok - both agree on the value of every one, or on none")
    elif len(differ) > 40:
        print("# and %d more" % (len(differ) - 40))
    print("end")


main()
