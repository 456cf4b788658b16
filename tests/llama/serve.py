"""Serves a model with llama.cpp on a free port of 127.0.0.1: serve.py MODEL.

The first line of its standard input is the API key to ask for, or empty: a command line can be read by everybody.
Prints the origin when it listens. Runs until its standard input closes, so that it never outlives whoever started it.
"""

import sys

import xllamacpp

parameters = xllamacpp.CommonParams()
parameters.model.path = sys.argv[1]
parameters.hostnames = ["127.0.0.1"]
parameters.port = 0
parameters.n_ctx = 2048
parameters.n_parallel = 1
parameters.warmup = False
parameters.cpuparams.n_threads = 1
key = sys.stdin.readline().strip()
if key:
    parameters.api_keys = [key]

server = xllamacpp.Server(parameters)
print(server.listening_address, flush=True)
sys.stdin.read()
