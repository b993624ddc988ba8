# /// script
# requires-python = ">=3.11"
# dependencies = ["tensorflow~=2.21.0"]
#
# [tool.book]
# title = "tf_upgrade_v2 renames; what it writes does not run yet"
#
# [tool.book.values]
# error = "error"
# upgraded = "upgraded.count('compat.v1')"
# works = "float(program['result'])"
# ///

# %% upgrade
import contextlib
import io
import runpy
import sys
from pathlib import Path

import tensorflow as tf
from tensorflow.tools.compatibility import tf_upgrade_v2_main

Path("old.py").write_text("""\
import tensorflow as tf

x = tf.placeholder(tf.float32)
with tf.Session() as session:
    result = session.run(2 * x, {x: 21.0})
""")
sys.argv = ["tf_upgrade_v2", "--infile", "old.py", "--outfile", "upgraded.py"]
with contextlib.redirect_stdout(io.StringIO()):
    tf_upgrade_v2_main.main()
upgraded = Path("upgraded.py").read_text()
print(upgraded)

# %% old
try:
    runpy.run_path("upgraded.py")
except RuntimeError as problem:
    error = f"{type(problem).__name__}: {problem}"
print(error)

# %% new
with tf.Graph().as_default():  # for a whole program: tf.compat.v1.disable_v2_behavior()
    program = runpy.run_path("upgraded.py")
print(program["result"])
