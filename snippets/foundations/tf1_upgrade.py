# /// script
# requires-python = ">=3.11"
# dependencies = ["tensorflow~=2.21.0"]
#
# [tool.book]
# title = "The upgrade script on an old program, and what it leaves to do"
# sources = []
#
# [tool.book.values]
# first_error = "first_error"
# upgraded_error = "upgraded_error"
# renamed = "renamed"
# warnings = "warnings"
# rewritten = "rewritten"
# reference = "reference"
# difference = "difference"
# ///

# %% old-program
import contextlib
import io
import runpy
import sys
from pathlib import Path

import numpy as np
import tensorflow as tf
from tensorflow.tools.compatibility import tf_upgrade_v2_main

OLD = """\
import numpy as np
import tensorflow as tf

inputs = np.random.default_rng(0).normal(size=(2000, 3))
targets = inputs @ [0.3, 0.5, 0.1] - 0.2

x = tf.placeholder(tf.float32, shape=[None, 3])
y = tf.placeholder(tf.float32, shape=[None])
w = tf.get_variable("weights", initializer=tf.zeros([3]))
b = tf.get_variable("bias", initializer=0.0)
cost = tf.reduce_mean(tf.square(tf.tensordot(x, w, 1) + b - y))
train = tf.train.GradientDescentOptimizer(0.5).minimize(cost)

with tf.Session() as session:
    session.run(tf.global_variables_initializer())
    for step in range(3):
        session.run(train, {x: inputs, y: targets})
    result = session.run([w, b])
"""
Path("old.py").write_text(OLD)


def run(path):
    try:
        weights, bias = runpy.run_path(path)["result"]
    except (AttributeError, RuntimeError) as error:
        return f"{type(error).__name__}: {error}"
    return [*weights.tolist(), float(bias)]


first_error = run("old.py")
print(first_error)

# %% upgrade
sys.argv = ["tf_upgrade_v2", "--infile", "old.py", "--outfile", "upgraded.py"]
with contextlib.redirect_stdout(io.StringIO()) as printed:
    tf_upgrade_v2_main.main()
report = printed.getvalue()
warnings = sum(line.startswith("old.py") for line in report.splitlines())

before, after = OLD.splitlines(), Path("upgraded.py").read_text().splitlines()
changed = [new for old, new in zip(before, after, strict=True) if old != new]
renamed = len(changed)
print("\n".join(line.strip()[:80] for line in changed))
print(renamed, "lines changed,", warnings, "warnings")

# %% upgraded-fails
upgraded_error = run("upgraded.py")
print(upgraded_error)


# %% rewrite
class Line(tf.Module):
    def __init__(self):
        super().__init__()
        self.w = tf.Variable(tf.zeros([3]))
        self.b = tf.Variable(0.0)

    @tf.function
    def train(self, x, y, learning_rate):
        with tf.GradientTape() as tape:
            error = tf.tensordot(x, self.w, axes=1) + self.b - y
            cost = tf.reduce_mean(tf.square(error))
        gradients = tape.gradient(cost, [self.w, self.b])
        for variable, gradient in zip([self.w, self.b], gradients, strict=True):
            variable.assign_sub(learning_rate * gradient)


inputs = np.random.default_rng(0).normal(size=(2000, 3))
targets = inputs @ [0.3, 0.5, 0.1] - 0.2
inputs, targets = tf.constant(inputs, tf.float32), tf.constant(targets, tf.float32)
line = Line()
for _ in range(3):
    line.train(inputs, targets, learning_rate=0.5)
rewritten = [*line.w.numpy().tolist(), float(line.b)]
print(np.round(rewritten, 6))

# %% reference
upgraded = Path("upgraded.py").read_text()
frozen = upgraded.replace(
    "import tensorflow as tf\n",
    "import tensorflow as tf\ntf.compat.v1.disable_v2_behavior()\n",
)
Path("frozen.py").write_text(frozen)
reference = run("frozen.py")
print(np.round(reference, 6))
difference = float(np.max(np.abs(np.subtract(reference, rewritten))))
assert difference < 1e-6
print("largest difference below 1e-6")
