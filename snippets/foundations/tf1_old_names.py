# /// script
# requires-python = ">=3.11"
# dependencies = ["tensorflow~=2.21.0"]
#
# [tool.book]
# title = "Which TensorFlow 1 names are gone, what they raise, and what replaced them"
# sources = ["mtf-ch03-namespaces-deprecated", "mtf-ch03-q3-deprecated-apis"]
#
# [tool.book.values]
# names = "list(REPLACEMENTS)"
# gone = "gone"
# in_compat = "in_compat"
# only_in_compat = "len(only_in_compat)"
# public = "public"
# new_namespaces = "new_namespaces"
# errors = "errors"
# ///

# %% table
import operator

import keras
import tensorflow as tf

v1 = tf.compat.v1
REPLACEMENTS = {
    "Session": "tf.function",
    "placeholder": "tf.TensorSpec",
    "get_variable": "tf.Variable",
    "global_variables_initializer": "",
    "variables_initializer": "",
    "assign_add": "tf.Variable.assign_add",
    "get_default_graph": "",
    "reset_default_graph": "",
    "variable_scope": "tf.Module",
    "get_collection": "tf.Module.trainable_variables",
    "random_normal": "tf.random.normal",
    "truncated_normal": "tf.random.truncated_normal",
    "random_uniform": "tf.random.uniform",
    "random_shuffle": "tf.random.shuffle",
    "set_random_seed": "tf.random.set_seed",
    "log": "tf.math.log",
    "mod": "tf.math.floormod",
    "to_float": "tf.cast",
    "Print": "tf.print",
    "py_func": "tf.py_function",
    "train.GradientDescentOptimizer": "keras.optimizers.SGD",
    "train.Saver": "tf.train.Checkpoint",
    "summary.FileWriter": "tf.summary.create_file_writer",
    "summary.merge_all": "",
    "gfile": "tf.io.gfile",
    "layers": "keras.layers",
    "logging": "",
    "manip": "",
    "contrib": "",
}


def exists(root, name):
    try:
        operator.attrgetter(name)(root)
    except AttributeError:
        return False
    return True


roots = {"tf": tf, "keras": keras}
gone, in_compat = [], []
for name, new in REPLACEMENTS.items():
    if not exists(tf, name):
        gone.append(name)
    if exists(v1, name):
        in_compat.append(name)
    if new:
        package, attribute = new.split(".", maxsplit=1)
        assert exists(roots[package], attribute), new
    kept = "" if exists(v1, name) else "not even in compat.v1"
    print(f"tf.{name:30s} {new or '(nothing)':30s} {kept}".rstrip())

# %% count
public = len([name for name in dir(tf) if not name.startswith("_")])
only_in_compat = {name for name in dir(v1) if not name.startswith("_")} - set(dir(tf))
print(public, "names in tf;", len(only_in_compat), "more in tf.compat.v1 only")
new_namespaces = [
    name
    for name in ("random", "keras.layers", "keras.losses", "keras.metrics", "debugging",
                 "dtypes", "io", "quantization", "keras.backend.name_scope")
    if exists(tf, name)
]  # fmt: skip
print("still there:", ", ".join(new_namespaces))


# %% errors
def first_line(use):
    try:
        use()
    except (AttributeError, RuntimeError, NotImplementedError, ValueError) as error:
        return f"{type(error).__name__}: {str(error).splitlines()[0]}"
    return "no error"


one = tf.constant(1.0)
descent = v1.train.GradientDescentOptimizer(0.5)
uses = {
    "tf.Session()": lambda: tf.Session(),
    "tf.train.Saver()": lambda: tf.train.Saver(),
    "v1.placeholder(…)": lambda: v1.placeholder(tf.float32),
    "v1.Session().run(one)": lambda: v1.Session().run(one),
    "one.eval()": lambda: one.eval(),
    "one.graph": lambda: one.graph,
    "v1.train.…Optimizer(0.5).minimize(one)": lambda: descent.minimize(one),
    "v1.summary.FileWriter(…)": lambda: v1.summary.FileWriter("logs"),
    "tf.losses.mean_squared_error": lambda: tf.losses.mean_squared_error,
}  # fmt: skip
errors = []
for shown, use in uses.items():
    errors.append(first_line(use))
    print(f"{shown}\n    {errors[-1][:82]}")
