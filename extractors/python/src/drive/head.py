"""Drives one side, the original or the module, with inputs decoded from bytes, and writes down what it saw.

    python run.py SIDE.json INPUTS OBSERVATIONS

The same file serves both sides. Only the standard library is used, of Python 3.8 or newer.
"""
import builtins
import gc
import io
import json
import os
import random
import re
import signal
import struct
import sys
import time
import warnings

