#!/usr/bin/env python3
"""Listens to a fleet on another machine: remote_tap.py TAP-JSON KEY-FILE [TOPIC-PREFIX [COUNT]].

TAP-JSON is what `drover tap --socket tcp://HOST:PORT` printed there, KEY-FILE what `drover tap --new-key FILE` made."""
import json
import sys

import zmq.auth

from tap import messages


def remote_messages(tap_json, key_file, prefix=""):
    """As tap.messages. Whose key is not in the fleet's tap_clients waits in vain; the server says so."""
    with open(tap_json) as file:
        return messages(prefix, json.load(file), zmq.auth.load_certificate(key_file))


if __name__ == "__main__":
    for number, message in enumerate(remote_messages(*sys.argv[1:4]), 1):
        print(*message, flush=True)
        if len(sys.argv) > 4 and number >= int(sys.argv[4]):
            break
