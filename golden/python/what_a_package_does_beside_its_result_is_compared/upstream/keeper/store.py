"""The file."""

import json
import os

PLACE = "kept.json"


def read():
    try:
        with open(PLACE) as handle:
            return json.load(handle)
    except FileNotFoundError:
        return {}


def write(counts):
    with open(PLACE, "w") as handle:
        json.dump(counts, handle)


def remove():
    os.remove(PLACE)
