"""Holds tables and queries against SQLite, on a project made by chance. Run by hand:

    python3 tests/reference/tables.py target/release/tanba [SEED]

Prints what was compared; exits with 1 at the first difference. Needs nothing but Python's own library.
"""

import csv
import io
import json
import random
import sqlite3
import subprocess
import sys
import tempfile
from pathlib import Path

TANBA = str(Path(sys.argv[1]).resolve())
SEED = int(sys.argv[2]) if len(sys.argv) > 2 else 1
CODES = [f"code-{i}" for i in range(40)]
CODERS = ["aigerim", "asel", "daniyar", "timur"]
OUTLETS = ["azattyq", "tengri", "blog", ""]
WORDS = "мектеп сайт лайк алаң үкімет портал like square portal state press court".split()


def run(root, *arguments, stdin=None):
    done = subprocess.run([TANBA, *arguments], cwd=root, input=stdin, capture_output=True, text=True,
                          env={"TANBA_HOME": str(root / "home"), "TANBA_CODER": "asel", "TANBA_DEVICE": "desk", "LC_ALL": "C"})
    if done.returncode not in (0, 1):
        sys.exit(f"{arguments}: {done.stderr}")
    return done.stdout


def make(root, chance):
    """A project of 60 documents and some 6,000 annotations, and the same in a database."""
    run(root, "init", "--name", "reference")
    base = sqlite3.connect(":memory:")
    base.execute("create table document (id text, language text, outlet text, length integer)")
    base.execute("create table annotation (id integer primary key, document text, start integer, end integer, code text, coder text)")
    known, rows = [["document", "outlet"]], []
    for n in range(60):
        language = ["en", "kk"][n % 2]
        id = f"d{n:02}.{language}"
        text = "\n".join(" ".join(chance.choice(WORDS) for _ in range(chance.randrange(5, 90))) for _ in range(chance.randrange(2, 12))) + "\n"
        (root / "documents" / f"{id}.txt").write_text(text, encoding="utf-8")
        outlet = chance.choice(OUTLETS)
        known.append([id, outlet])
        base.execute("insert into document values (?, ?, ?, ?)", (id, language, outlet, len(text)))
        starts = [0] + [i + 1 for i, c in enumerate(text[:-1]) if c in " \n"]
        for _ in range(chance.randrange(20, 180)):
            start = chance.choice(starts)
            end = min(chance.choice([e for e in starts if e > start] or [len(text)]), start + chance.randrange(5, 80), len(text))
            code, coder = CODES[int(len(CODES) * chance.random() ** 2)], chance.choice(CODERS)
            rows.append({"document": id, "start": start, "end": end, "code": code, "coder": coder, "quote": ""})
    with open(root / "known.csv", "w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows(known)
    (root / "rows.jsonl").write_text("\n".join(json.dumps(row) for row in rows), encoding="utf-8")
    for code in CODES:
        run(root, "codes", "add", code)
    run(root, "documents", "fill", "known.csv")
    run(root, "import", "rows.jsonl")
    # What is in the project is what the program says it took: an export is read back into the database.
    for row in csv.DictReader(io.StringIO(run(root, "export", "--format", "csv"))):
        base.execute("insert into annotation (document, start, end, code, coder) values (?, ?, ?, ?, ?)",
                     (row["document"], int(row["start"]), int(row["end"]), row["code"], row["coder"]))
    return base, len(rows)


def table(root, *arguments):
    """A table of `tanba stats` as {(row, column): value}."""
    lines = list(csv.reader(io.StringIO(run(root, "stats", *arguments, "--csv"))))
    return {(line[0], name): float(value) for line in lines[1:] for name, value in zip(lines[0][2:], line[2:]) if float(value) != 0}


def asked(base, question, *values):
    return {(str(row[0]), str(row[1])): float(row[2]) for row in base.execute(question, values) if row[2]}


def same(name, ours, theirs):
    keys = set(ours) | set(theirs)
    far = [(key, ours.get(key, 0), theirs.get(key, 0)) for key in keys if abs(ours.get(key, 0) - theirs.get(key, 0)) > 1e-4]
    if far:
        sys.exit(f"{name}: {len(far)} of {len(keys)} differ, the first: {far[0]}")
    print(f"{name}: {len(keys)} numbers, all alike")


def covered(base, group):
    """Code points covered, each once, by code and group."""
    spans = {}
    for code, key, document, start, end in base.execute(f"select a.code, {group}, a.document, a.start, a.end from annotation a join document d on d.id = a.document"):
        spans.setdefault((code, key), set()).update((document, at) for at in range(start, end))
    return {key: len(points) for key, points in spans.items()}


def main():
    root = Path(tempfile.mkdtemp())
    base, n = make(root, random.Random(SEED))
    print(f"seed {SEED}: {n} annotations made, {base.execute('select count(*) from annotation').fetchone()[0]} taken")
    joined = "annotation a join document d on d.id = a.document"
    outlet = "case d.outlet when '' then '(none)' else d.outlet end"
    for name, axis in [("document", "a.document"), ("coder", "a.coder"), ("language", "d.language"), ("outlet", outlet)]:
        same(f"code {name}", table(root, "code", name), asked(base, f"select a.code, {axis}, count(*) from {joined} group by 1, 2"))
        same(f"code {name}, documents", table(root, "code", name, "--measure", "documents"),
             asked(base, f"select a.code, {axis}, count(distinct a.document) from {joined} group by 1, 2"))
        sizes = dict(base.execute(f"select {axis.replace('a.document', 'd.id')}, sum(d.length) from document d group by 1")) if name != "coder" else None
        whole = base.execute("select sum(length) from document").fetchone()[0]
        theirs = {key: 100 * n / (sizes[key[1]] if sizes else whole) for key, n in covered(base, axis).items()}
        same(f"code {name}, % of text", table(root, "code", name, "--measure", "share"), theirs)
    same("code coder in Kazakh", table(root, "code", "coder", "--language", "kk"),
         asked(base, f"select a.code, a.coder, count(*) from {joined} where d.language = 'kk' group by 1, 2"))
    middle = "(a.start + a.end - 1) / 2"
    same("code course/4", table(root, "code", "course/4"),
         asked(base, f"select a.code, (1 + min(3, {middle} * 4 / d.length)) || '/4', count(*) from {joined} group by 1, 2"))
    overlap = "b.document = a.document and b.id <> a.id and b.start < a.end and a.start < b.end"
    same("together", table(root, "together"),
         asked(base, f"select a.code, b.code, count(distinct a.id) from annotation a join annotation b on {overlap} group by 1, 2"))
    for query, question in [
        ("code-0 overlapping code-1", f"a.code = 'code-0' and exists (select 1 from annotation b where b.code = 'code-1' and {overlap})"),
        ("code-0 not code-1", "a.code = 'code-0' and not exists (select 1 from annotation b where b.code = 'code-1' and b.document = a.document and b.start < a.end and a.start < b.end)"),
        ("code-0 within code-1", "a.code = 'code-0' and exists (select 1 from annotation b where b.code = 'code-1' and b.document = a.document and b.start <= a.start and a.end <= b.end)"),
        ("(code-0 or code-2) by:asel outlet:blog", "a.code in ('code-0', 'code-2') and a.coder = 'asel' and d.outlet = 'blog'"),
        ("any outlet:- and not by:asel,timur", "d.outlet = '' and a.coder not in ('asel', 'timur')"),
    ]:
        ours = int(run(root, "query", query, "--count").split()[0])
        theirs = base.execute(f"select count(*) from {joined} where {question}").fetchone()[0]
        same(query, {("", ""): ours}, {("", ""): theirs})


main()
