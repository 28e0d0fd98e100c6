#!/usr/bin/env python3
"""Listens to a running fleet from Python: tap.py [TOPIC-PREFIX [COUNT [TAP-JSON KEY-FILE]]], "" is every topic.

Needs pyzmq (Debian: python3-zmq). Envelope: docs/messages.md. A tap never slows the fleet."""
import json
import struct
import subprocess
import sys

import zmq
import zmq.auth

HEADER = struct.Struct("<IHHIIQQIIQqqQII")  # 80 bytes; see docs/messages.md for each field
FORMATS = {1: "b", 2: "B", 3: "h", 4: "H", 5: "i", 6: "I", 7: "q", 8: "Q", 9: "f", 10: "d", 11: "?", 13: "q"}


def field_value(field, record):
    """One field of a record, by its description. Decimals become floats, which is fine for a plot."""
    kind, at, count = field["kind"], field["offset"], field["count"]
    if kind == 12:  # text, padded with NUL
        return record[at:at + count].split(b"\0", 1)[0].decode()
    if kind == 14:  # decimal64; the smallest value stands for none
        value = struct.unpack_from("<q", record, at)[0]
        return None if field["optional"] and value == -2**63 else value / 10 ** field["scale"]
    if kind == 15:  # decimal128
        return int.from_bytes(record[at:at + 16], "little", signed=True) / 1e18
    values = struct.unpack_from(f"<{count}{FORMATS[kind]}", record, at) if kind in FORMATS else (None,)
    return values[0] if count == 1 else values


def messages(prefix="", tap_json=None, key_file=None):
    """Yields (topic, publisher, event time in ns, list of records as dicts, or one JSON value)."""
    if tap_json:  # of a fleet elsewhere: what `drover tap --socket tcp://…` printed there
        tap = json.load(open(tap_json))
    else:
        tap = json.loads(subprocess.run(["drover", "tap", "--socket"], check=True, stdout=subprocess.PIPE).stdout)
    types = {entry["handle"]: entry for entry in tap["types"]}
    names = {handle: name for name, handle in tap["publishers"].items()}
    socket = zmq.Context.instance().socket(zmq.SUB)
    if key_file:  # of `drover tap --new-key`
        socket.curve_publickey, socket.curve_secretkey = zmq.auth.load_certificate(key_file)
        socket.curve_serverkey = tap["server_key"].encode()
    socket.connect(tap["endpoint"])
    socket.subscribe(prefix)
    while True:
        frame = socket.recv()
        topic = frame[:frame.index(b"\0")]
        start = (len(topic) + 8) // 8 * 8  # topic, at least one NUL, padded to 8
        type_, encoding, _, publisher, *_, event_time, _, _, count, size = HEADER.unpack_from(frame, start)
        payload = frame[start + HEADER.size:]
        fields = [] if encoding == 2 else [field for field in types[type_]["fields"] if field["kind"] != 18]
        records = [{field["name"]: field_value(field, payload[i * size:]) for field in fields} for i in range(count)]
        yield topic.decode(), names.get(publisher), event_time, json.loads(payload) if encoding == 2 else records


if __name__ == "__main__":
    for number, message in enumerate(messages(*sys.argv[1:2], *sys.argv[3:5]), 1):
        print(*message, flush=True)
        if len(sys.argv) > 2 and number >= int(sys.argv[2]):
            break
