#!/usr/bin/env python3
"""Checks a trace file by the rules of Perfetto's importer for Chrome JSON.

    check_perfetto.py FILE

Time stamps are read as Perfetto reads them: microseconds as a double, times 1000, cut off.
"""
import json
import sys

errors = []


def complain(entry, text):
    errors.append(f"{text}: {json.dumps(entry)}")


def nanoseconds(value):
    return int(value * 1000.0)


def check_order(entries):
    last = -1
    for entry in entries:
        now = nanoseconds(entry["ts"])
        if now < last:
            complain(entry, "goes back in time")
        last = now


def check_slices(entries):
    """Slices of a thread nest; an arrow's end lies inside an open slice of its thread."""
    stacks, out, into = {}, {}, {}
    for entry in entries:
        now = nanoseconds(entry["ts"])
        stack = stacks.setdefault((entry["pid"], entry["tid"]), [])
        while stack and stack[-1] <= now:
            stack.pop()
        if entry["ph"] == "X":
            end = now + nanoseconds(entry["dur"])
            if end <= now:
                complain(entry, "slice without length")
            if stack and end > stack[-1]:
                complain(entry, "slice outlasts the one around it")
            stack.append(end)
        elif entry["ph"] in "sf":
            if not stack:
                complain(entry, "arrow outside of any slice")
            identity = (entry["id"], entry["cat"], entry["name"])
            ends = out if entry["ph"] == "s" else into
            if identity in ends:
                complain(entry, "arrow used twice")
            if entry["ph"] == "f" and (identity not in out or entry.get("bp") != "e"):
                complain(entry, "arrow ends that never began, or lacks bp")
            ends[identity] = True
        elif entry["ph"] != "i" or entry.get("s") != "t":
            complain(entry, "unexpected phase")
    if out.keys() != into.keys():
        errors.append(f"arrows without an end: {out.keys() ^ into.keys()}")


def check_names(document):
    named = {"process_name": set(), "thread_name": set()}
    process_of = {}
    for entry in document:
        if entry["ph"] == "M" and entry["name"] in named:
            key = entry["pid"] if entry["name"] == "process_name" else entry["tid"]
            if key in named[entry["name"]]:
                complain(entry, "named twice")
            named[entry["name"]].add(key)
        elif entry["ph"] != "M":
            if entry["pid"] not in named["process_name"] or entry["tid"] not in named["thread_name"]:
                complain(entry, "process or thread without a name")
            if process_of.setdefault(entry["tid"], entry["pid"]) != entry["pid"]:
                complain(entry, "thread id in two processes")


with open(sys.argv[1], encoding="utf-8") as file:
    trace = json.load(file)
timed = [entry for entry in trace["traceEvents"] if entry["ph"] != "M"]
check_order(timed)
check_slices(timed)
check_names(trace["traceEvents"])
print("\n".join(errors) if errors else f"{len(timed)} entries follow the importer's rules")
sys.exit(1 if errors else 0)
