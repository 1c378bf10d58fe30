"""A second implementation of docs/draw.md, written from that page alone.

It shares no code with the Go package and is slow on purpose: every rule is
spelled the way the page spells it. Reads one JSON object from stdin, writes
result lines to stdout. Standard library only.
"""

import datetime
import hashlib
import json
import sys


def h(*parts):
    return hashlib.sha256(b"".join(parts)).digest()


def u32(n):
    return n.to_bytes(4, "big")


def lp(b):
    return u32(len(b)) + b


def tag(s):
    return b"PLD1:" + s.encode() + b"\0"


def root(leaves):
    if not leaves:
        return h()
    if len(leaves) == 1:
        return h(b"\0", leaves[0])
    k = 1
    while k * 2 < len(leaves):
        k *= 2
    return h(b"\1", root(leaves[:k]), root(leaves[k:]))


def seed(job):
    a = h(tag("announcement"), bytes.fromhex(job["announcement"]))
    return h(
        tag("seed"),
        a,
        lp(bytes.fromhex(job["chain"])),
        job["round"].to_bytes(8, "big"),
        lp(bytes.fromhex(job["signature"])),
        lp(bytes.fromhex(job["ceremony"])),
    )


def rank(job):
    lines = bytes.fromhex(job["roster"]).split(b"\n")
    assert lines.pop() == b"", "every line ends with LF"
    s = seed(job)
    order = []
    for line in lines:
        fields = line.split(b"\t")
        pool, code = fields[0], fields[1]
        key = h(tag("quota"), s, lp(pool))
        tickets = int(fields[2]) if job["method"] == "pld1" else 1
        score = min(h(key, u32(j), code) for j in range(tickets))
        if job["method"] == "pld1":
            place = (score, code)
        elif job["method"] == "points":
            place = (-int(fields[2]), instant(fields[3]), score, code)
        elif job["method"] == "priority":
            place = (-int(fields[2]), score, code)
        else:
            place = (instant(fields[2]), score, code)
        order.append((place, fields, score))
    order.sort(key=lambda x: x[0])
    results = []
    for i, (_, fields, score) in enumerate(order[: job["n"]]):
        parts = [fields[0], str(i + 1).encode()] + fields[1:] + [score.hex().encode()]
        results.append(b"\t".join(parts))
    print("roster root", root(lines).hex())
    print("result root", root(results).hex())
    for line in results:
        print(line.decode())


def plan(job):
    """Section 5a: several pools together."""
    s = seed(job)
    mode, lots = job["mode"], job["lots"]
    for lot in lots:
        lot["room"], lot["selected"], lot["lines"] = lot["seats"], [], {}
        for line in bytes.fromhex(lot["roster"]).split(b"\n")[:-1]:
            fields = line.split(b"\t")
            values = 2 if lot["method"] == "points" else 1
            wishes = fields[2 + values :]
            size = int(wishes[0]) if wishes else 1
            choice = int(wishes[1]) if len(wishes) > 1 else 1
            name = "*" if mode == "preference" else lot["order"] or lot["pool"]
            key = h(tag("quota"), s, lp(name.encode()))
            tickets = int(fields[2]) if lot["method"] == "pld1" else 1
            score = min(h(key, u32(j), fields[1]) for j in range(tickets))
            place = (score, fields[1])
            if lot["method"] == "points":
                place = (-int(fields[2]), instant(fields[3])) + place
            elif lot["method"] == "priority":
                place = (-int(fields[2]),) + place
            elif lot["method"] == "queue":
                place = (instant(fields[2]),) + place
            lot["lines"][fields[1]] = (place, size, choice, fields[2 : 2 + values], score)
    has = set()

    def take(lot, code):
        size = lot["lines"][code][1]
        if size <= lot["room"] and (mode == "separate" or code not in has):
            lot["room"] -= size
            lot["selected"].append(code)
            has.add(code)

    if mode == "preference":
        everybody = {code: line[0] for lot in lots for code, line in lot["lines"].items()}
        for code in sorted(everybody, key=everybody.get):
            mine = [lot for lot in lots if code in lot["lines"]]
            for lot in sorted(mine, key=lambda lot: lot["lines"][code][2]):
                take(lot, code)
    else:
        for lot in lots:
            for code in sorted(lot["lines"], key=lambda code: lot["lines"][code][0]):
                take(lot, code)
            for other in lots:
                if other["pool"] == lot["spill_to"]:
                    other["room"] += lot["room"]
    for lot in lots:
        out = lot["selected"] if mode == "separate" else has
        left = [code for code in lot["lines"] if code not in out]
        left.sort(key=lambda code: lot["lines"][code][0])
        print(lot["pool"], len(lot["selected"]))
        for i, code in enumerate(lot["selected"] + left[: lot["reserve"]]):
            _, _, _, values, score = lot["lines"][code]
            parts = [lot["pool"].encode(), str(i + 1).encode(), code] + values + [score.hex().encode()]
            print(b"\t".join(parts).decode())


def instant(text):
    return datetime.datetime.strptime(text.decode(), "%Y-%m-%dT%H:%M:%SZ")


class Random:
    """System.Random of the .NET Framework."""

    big = 2**31 - 1

    def __init__(self, seed):
        table = [0] * 56
        mj = 161803398 - seed
        table[55] = mj
        mk = 1
        for i in range(1, 55):
            at = 21 * i % 55
            table[at] = mk
            mk = mj - mk
            if mk < 0:
                mk += self.big
            mj = table[at]
        for _ in range(4):
            for i in range(1, 56):
                table[i] -= table[1 + (i + 30) % 55]
                if table[i] < 0:
                    table[i] += self.big
        self.table, self.a, self.b = table, 0, 21

    def next(self, n):
        self.a = self.a % 55 + 1
        self.b = self.b % 55 + 1
        v = self.table[self.a] - self.table[self.b]
        if v == self.big:
            v -= 1
        if v < 0:
            v += self.big
        self.table[self.a] = v
        return int(v * (1.0 / self.big) * n)


def beijing2011(job):
    pool, random, won = job["pool"], Random(int(job["seed"])), []
    for _ in range(10 * len(pool)):
        i = random.next(len(pool))
        if pool[i] not in won:
            won.append(pool[i])
            print(len(won), pool[i], i + 1)
        if len(won) == job["n"]:
            return
    print("timeout")


def rfc3797(job):
    key = "".join(
        "".join("%d." % n for n in sorted(map(int, source.split()))) + "/"
        for source in job["sources"]
    ).encode()
    left = list(range(1, job["names"] + 1))
    for i in range(job["n"]):
        counter = i.to_bytes(2, "big")
        digest = hashlib.md5(counter + key + counter).digest()
        print(left.pop(int.from_bytes(digest, "big") % len(left)))


job = json.load(sys.stdin)
{"beijing2011": beijing2011, "rfc3797": rfc3797, "plan": plan}.get(job["method"], rank)(job)
