# /// script
# requires-python = ">=3.11"
# dependencies = ["tensorflow~=2.21.0", "matplotlib"]
#
# [tool.book]
# title = "Logistic regression in both worlds, with the targets and costs of the slides mended"
# sources = [
#     "kth-logreg-data", "kth-logreg-placeholders-and-variables", "kth-logreg-cost-by-hand",
#     "kth-logreg-cost-builtin", "kth-logreg-optimizer", "kth-logreg-run",
# ]
#
# [tool.book.smoke]
# STEPS = 20
# SEEDS = [0]
#
# [tool.book.values]
# steps = "STEPS"
# outside = "outside"
# lowest_target = "float(real_targets.min())"
# highest_target = "float(real_targets.max())"
# slide_cost_ten = "float(slide_costs[9])"
# first_nan = "first_nan"
# differences = "differences"
# double_weights = "np.mean(found['double'], axis=0).tolist()"
# logits_weights = "np.mean(found['logits'], axis=0).tolist()"
# double_second = "[float(row[1]) for row in found['double']]"
# logits_second = "[float(row[1]) for row in found['logits']]"
# double_cost = "[float(row[4]) for row in found['double']]"
# logits_cost = "[float(row[4]) for row in found['logits']]"
# hand_gap = "hand_gap"
# ///

# %% parameters
STEPS = 1000
LEARNING_RATE = 0.5
SEEDS = (0, 1, 2)

# %% targets
import matplotlib.pyplot as plt
import numpy as np
import tensorflow as tf

v1 = tf.compat.v1
TRUTH = [0.3, 0.5, 0.1, -0.2]  # three weights and the bias


def make_data(seed):
    generator = np.random.default_rng(seed)
    inputs = generator.normal(size=(2000, 3)).astype("float32")
    z = inputs @ TRUTH[:3] + TRUTH[3]
    happened = generator.random(2000) < 1 / (1 + np.exp(-z))
    return inputs, z.astype("float32"), happened.astype("float32")


inputs, real_targets, targets = make_data(seed=0)
outside = float(np.mean((real_targets < 0) | (real_targets > 1)))
print(f"the slides' targets: {100 * outside:.0f} % lie outside 0 to 1")
print("targets of a logistic model:", np.unique(targets))


# %% costs
def by_hand(z, y):
    y_hat = tf.sigmoid(z)
    return -tf.reduce_mean(y * tf.math.log(y_hat) + (1 - y) * tf.math.log(1 - y_hat))


def double(z, y):
    y_hat = tf.sigmoid(z)
    return tf.reduce_mean(
        tf.nn.sigmoid_cross_entropy_with_logits(labels=y, logits=y_hat)
    )


def logits(z, y):
    return tf.reduce_mean(tf.nn.sigmoid_cross_entropy_with_logits(labels=y, logits=z))


# %% old
def train_old(cost_of, inputs, targets, steps):
    with tf.Graph().as_default(), v1.Session() as session:
        x = v1.placeholder(tf.float32, shape=[None, 3])
        y_true = v1.placeholder(tf.float32, shape=None)
        w = v1.get_variable("weights", initializer=tf.constant([[0.0, 0.0, 0.0]]))
        b = v1.get_variable("bias", initializer=tf.constant(0.0))
        z = tf.matmul(w, tf.transpose(x)) + b
        cost = cost_of(z, y_true)
        train = v1.train.GradientDescentOptimizer(LEARNING_RATE).minimize(cost)

        feed = {x: inputs, y_true: targets}
        session.run(v1.global_variables_initializer())
        costs = []
        for _ in range(steps):
            session.run(train, feed)
            costs.append(session.run(cost, feed))
        weights, bias = session.run([w, b])
    return [*weights[0], bias, costs[-1]], costs


# %% new
def train_new(cost_of, inputs, targets, steps):
    w, b = tf.Variable([0.0, 0.0, 0.0]), tf.Variable(0.0)

    @tf.function
    def step(x, y_true):
        with tf.GradientTape() as tape:
            cost = cost_of(tf.linalg.matvec(x, w) + b, y_true)
        slope_w, slope_b = tape.gradient(cost, [w, b])
        w.assign_sub(LEARNING_RATE * slope_w)
        b.assign_sub(LEARNING_RATE * slope_b)

    x, y_true = tf.constant(inputs), tf.constant(targets)
    for _ in range(steps):
        step(x, y_true)
    cost = cost_of(tf.linalg.matvec(x, w) + b, y_true)
    return [*w.numpy(), b.numpy(), cost.numpy()]


# %% slide-data
_, slide_costs = train_old(by_hand, inputs, real_targets, steps=STEPS)
first_nan = next((i + 1 for i, c in enumerate(slide_costs) if np.isnan(c)), 0)
print(f"cost after 10 steps {slide_costs[9]:.2f}; nan from step {first_nan}")

# %% three-costs
found = {"by_hand": [], "double": [], "logits": []}
differences = []
for seed in SEEDS:
    inputs, _, targets = make_data(seed)
    for cost_of in (by_hand, double, logits):
        old, _ = train_old(cost_of, inputs, targets, STEPS)
        new = train_new(cost_of, inputs, targets, STEPS)
        differences.append(float(np.abs(np.subtract(old, new)).max()))
        found[cost_of.__name__].append(old)
assert max(differences) < 1e-4
hand_gap = float(np.abs(np.subtract(found["by_hand"], found["logits"])).max())
for name, rows in found.items():
    print(f"{name:8s} w1 w2 w3 b cost", np.mean(rows, axis=0).round(3))
print("truth                  ", TRUTH)

# %% picture
_, axes = plt.subplots(figsize=(7.2, 3.0))
styles = {"logits": ("C0", "o", 0.12), "double": ("C1", "s", -0.12)}
for name, (colour, mark, shift) in styles.items():
    for row in found[name]:
        axes.plot(row[:4], np.arange(4) + shift, mark, color=colour, fillstyle="none")
for position, value in enumerate(TRUTH):
    axes.plot([value, value], [position - 0.35, position + 0.35], color="C6", lw=3)
axes.set(xlabel="value found", yticks=range(4))
axes.set_yticklabels(["$w_1$", "$w_2$", "$w_3$", "$b$"])
axes.invert_yaxis()
axes.text(1.0, 2.1, "circles: cost from the logits", color="C0")
axes.text(1.0, 2.4, "squares: the sigmoid applied twice", color="C1")
axes.text(1.0, 2.7, "bars: the truth")
plt.show()
