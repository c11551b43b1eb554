#!/usr/bin/env python3
"""Reads what collectors recorded lately, written from the description of the store in docs/architecture.md alone.

    stored_samples.py STATE-DIRECTORY

Prints a JSON array: {"name", "tags": {…}, "minimum", "maximum", "samples": [[milliseconds, value or "end"], …]} a series.
Only the tail of the store: a few hundred rounds go by before anything is moved into chunks.
"""
import json
import re
import sqlite3
import struct
import sys

END = 0x7FF0_0000_0000_0002


def main() -> None:
    store = sqlite3.connect(f"file:{sys.argv[1]}/metrics.db?mode=ro", uri=True)
    if store.execute("SELECT count(*) FROM chunks").fetchone()[0]:
        sys.exit("stored_samples.py: some samples are in chunks already")
    series = {}
    rows = store.execute(
        "SELECT series.id, families.name || series.suffix, tags, minimum, maximum FROM series"
        " JOIN families ON families.id = series.family_id"
    )
    for row, name, tags, minimum, maximum in rows:
        pairs = re.findall(r'([a-zA-Z_0-9]+)="((?:[^"\\]|\\.)*)"', tags)
        series[row] = {"name": name, "tags": dict(pairs), "minimum": minimum, "maximum": maximum, "samples": []}
    for (data,) in store.execute("SELECT data FROM batches ORDER BY id"):
        for row, time, bits in struct.iter_unpack("<IqQ", data):
            value = "end" if bits == END else struct.unpack("<d", struct.pack("<Q", bits))[0]
            series[row]["samples"].append([time, value])
    json.dump(list(series.values()), sys.stdout)


main()
