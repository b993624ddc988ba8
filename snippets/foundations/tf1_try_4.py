# /// script
# requires-python = ">=3.11"
# dependencies = ["tensorflow~=2.21.0"]
#
# [tool.book]
# title = "Solution: keep the best weights, not the last, in both worlds"
#
# [tool.book.smoke]
# STEPS = 60
#
# [tool.book.values]
# best_step = "best_step"
# steps = "STEPS"
# best_cost = "min(held_out)"
# last_cost = "held_out[-1]"
# best_step_new = "best_step_new"
# difference = "difference"
# ///

# %% parameters
STEPS = 400

# %% data
import numpy as np
import tensorflow as tf

v1 = tf.compat.v1
generator = np.random.default_rng(0)
inputs = generator.normal(size=(200, 30)).astype("float32")
targets = (inputs[:, 0] + generator.normal(size=200)).astype("float32")
train_x, train_y, held_x, held_y = inputs[:40], targets[:40], inputs[40:], targets[40:]

# %% old
held_out = []
with tf.Graph().as_default(), v1.Session() as session:
    x = v1.placeholder(tf.float32, shape=[None, 30])
    y = v1.placeholder(tf.float32, shape=[None])
    w = v1.get_variable("weights", initializer=tf.zeros([30]))
    cost = tf.reduce_mean(tf.square(tf.linalg.matvec(x, w) - y))
    train = v1.train.GradientDescentOptimizer(0.1).minimize(cost)
    saver = v1.train.Saver()
    session.run(v1.global_variables_initializer())
    for step in range(STEPS):
        session.run(train, {x: train_x, y: train_y})
        held_out.append(float(session.run(cost, {x: held_x, y: held_y})))
        if held_out[-1] == min(held_out):
            saver.save(session, "old/best")
            best_step = step
    saver.restore(session, "old/best")
    best_old = session.run(w)
print("best step", best_step, "of", STEPS)
print(f"held-out cost: best {min(held_out):.3f}, last {held_out[-1]:.3f}")

# %% new
w = tf.Variable(tf.zeros([30]))
checkpoint = tf.train.Checkpoint(w=w)
manager = tf.train.CheckpointManager(checkpoint, directory="new", max_to_keep=1)


def cost_of(x, y):
    return tf.reduce_mean(tf.square(tf.linalg.matvec(x, w) - y))


@tf.function
def train_step():
    with tf.GradientTape() as tape:
        cost = cost_of(train_x, train_y)
    w.assign_sub(0.1 * tape.gradient(cost, w))
    return cost_of(held_x, held_y)


lowest = float("inf")
for step in range(STEPS):
    cost = float(train_step())
    if cost <= lowest:
        lowest, best_step_new = cost, step
        manager.save()
checkpoint.restore(manager.latest_checkpoint).assert_consumed()
difference = float(np.abs(w.numpy() - best_old).max())
assert best_step_new == best_step
assert difference < 1e-5
print("best step", best_step_new)
