# /// script
# requires-python = ">=3.11"
# dependencies = ["tensorflow~=2.21.0"]
#
# [tool.book]
# title = "Starting a process that uses TensorFlow: fresh, or forked"
# marks = ["timing"]
# timeout = 300
#
# [tool.book.smoke]
# PROCESSES = 1
#
# [tool.book.values]
# processes = "PROCESSES"
# fresh = "fresh"
# forked = "forked"
# ratio = "fresh / forked"
# ///

# %% parameters
PROCESSES = 4

# %% programs
import json
import os
import subprocess
import sys
import time
from pathlib import Path

Path("fresh.py").write_text("""
import tensorflow as tf

print(float(tf.reduce_sum(tf.range(5.0))))
""")
Path("fork.py").write_text("""
import json
import os
import sys
import time

import tensorflow as tf  # once, and no device is touched before the fork

seconds = []
for _ in range(int(sys.argv[1])):
    start = time.perf_counter()
    child = os.fork()
    if child == 0:
        print(float(tf.reduce_sum(tf.range(5.0))), flush=True)
        os._exit(0)
    assert os.waitpid(child, 0)[1] == 0
    seconds.append(time.perf_counter() - start)
print(json.dumps(seconds))
""")


def run(*command):
    settings = {"CUDA_VISIBLE_DEVICES": "-1", "OPENBLAS_NUM_THREADS": "1"}
    done = subprocess.run(
        [sys.executable, *command],
        env={**os.environ, **settings},
        check=True,
        capture_output=True,
        text=True,
    )
    return done.stdout.splitlines()


# %% measure
start = time.perf_counter()
fresh_results = [run("fresh.py")[0] for _ in range(PROCESSES)]
fresh = (time.perf_counter() - start) / PROCESSES

*forked_results, seconds = run("fork.py", str(PROCESSES))
forked = sum(json.loads(seconds)) / PROCESSES
assert forked_results == fresh_results == ["10.0"] * PROCESSES
