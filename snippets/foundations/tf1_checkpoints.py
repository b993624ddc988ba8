# /// script
# requires-python = ">=3.11"
# dependencies = ["tensorflow~=2.21.0"]
#
# [tool.book]
# title = "A TensorFlow 1 checkpoint, written by a Saver and read by TensorFlow 2"
# sources = ["kth-save", "kth-restore", "kth-promised-elided-training-loops"]
#
# [tool.book.values]
# files = "files"
# saved_steps = "saved_steps"
# trained = "trained"
# restored = "restored"
# read_now = "read_now"
# missed = "missed"
# converted = "converted"
# keras_difference = "keras_difference"
# from_graph = "from_graph"
# ///

# %% save
from pathlib import Path

import keras
import numpy as np
import tensorflow as tf

v1 = tf.compat.v1
inputs = np.random.default_rng(0).normal(size=(2000, 3)).astype("float32")
targets = (inputs @ [0.3, 0.5, 0.1] - 0.2).astype("float32")


def build():
    x = v1.placeholder(tf.float32, shape=[None, 3], name="x")
    y_true = v1.placeholder(tf.float32, shape=None, name="y_true")
    w = v1.get_variable("weights", initializer=tf.zeros([1, 3]))
    b = v1.get_variable("bias", initializer=tf.constant(0.0))
    y_hat = tf.add(tf.matmul(w, tf.transpose(x)), b, name="y_hat")
    cost = tf.reduce_mean(tf.square(y_true - y_hat))
    return x, y_true, w, b, v1.train.GradientDescentOptimizer(0.005).minimize(cost)


with tf.Graph().as_default(), v1.Session() as session:
    x, y_true, w, b, train = build()
    saver = v1.train.Saver()
    session.run(v1.global_variables_initializer())
    for step in range(250):
        if step % 100 == 0:
            saver.save(session, "logs/model", global_step=step)
        session.run(train, {x: inputs, y_true: targets})
    saver.save(session, "logs/model-final")
    trained = [*session.run(w)[0].tolist(), float(session.run(b))]
files = sorted(path.name for path in Path("logs").iterdir())
saved_steps = sorted({name.split(".")[0] for name in files if "model" in name})
print("\n".join(files[:5]), "...", len(files), "files")
print(saved_steps)
print(np.round(trained, 4))

# %% restore
with tf.Graph().as_default(), v1.Session() as session:
    _, _, w, b, _ = build()
    v1.train.Saver().restore(session, "logs/model-final")  # instead of initialising
    restored = [*session.run(w)[0].tolist(), float(session.run(b))]
assert restored == trained

# %% without-the-program
with tf.Graph().as_default(), v1.Session() as session:
    saver = v1.train.import_meta_graph("logs/model-final.meta")
    saver.restore(session, "logs/model-final")
    from_graph = session.run("y_hat:0", {"x:0": [[1.0, 1.0, 1.0]]})[0].tolist()
print(from_graph)

# %% read
print(tf.train.list_variables("logs/model-final"))
reader = tf.train.load_checkpoint("logs/model-final")
read_now = [*reader.get_tensor("weights")[0].tolist(), float(reader.get_tensor("bias"))]
assert read_now == trained

# %% by-name
w = tf.Variable(tf.zeros([1, 3]), name="weights")
b = tf.Variable(0.0, name="bias")
status = tf.train.Checkpoint(w=w, b=b).restore("logs/model-final")
print(type(status).__name__)
assert [*w.numpy()[0].tolist(), float(b)] == trained

other = tf.Variable(tf.zeros([1, 3]), name="kernel")
status = tf.train.Checkpoint(weights=other).restore("logs/model-final")
missed = other.numpy()[0].tolist()
print("another name, no error:", missed)
try:
    status.assert_consumed()
except AssertionError as error:
    print(type(error).__name__, str(error).splitlines()[0][:70], sep=": ")

# %% convert
manager = tf.train.CheckpointManager(
    tf.train.Checkpoint(w=w, b=b), directory="converted", max_to_keep=3
)
path = manager.save()

new_w, new_b = tf.Variable(tf.zeros([1, 3])), tf.Variable(0.0)
tf.train.Checkpoint(w=new_w, b=new_b).restore(path).assert_consumed()
converted = [*new_w.numpy()[0].tolist(), float(new_b)]
assert converted == trained

# %% keras
model = keras.Sequential([keras.Input(shape=(3,)), keras.layers.Dense(units=1)])
model.set_weights([reader.get_tensor("weights").T, reader.get_tensor("bias")[None]])
model.save("line.keras")
again = keras.models.load_model("line.keras")
prediction = again(np.ones((1, 3), dtype="float32"))
keras_difference = abs(float(prediction[0, 0]) - from_graph[0])
print(f"{float(prediction[0, 0]):.4f}")
