# /// script
# requires-python = ">=3.11"
# dependencies = ["tensorflow~=2.21.0", "numpy~=2.4.6", "matplotlib"]
#
# [tool.book]
# title = "One gradient for each example: who pulls hardest, and should it"
#
# [tool.book.smoke]
# ROWS = 128
# TEST_ROWS = 100
# EPOCHS = 1
# SEEDS = [0]
#
# [tool.book.values]
# mean_gap = "mean_gap"
# first_norms = "[float(norm) for norm in norms_of_one]"
# wrong_share = "WRONG_SHARE"
# ratio = "[run['ratio'] for run in runs['mean of the batch']]"
# found = "[run['found'] for run in runs['mean of the batch']]"
# plain = "[run['test'] for run in runs['mean of the batch']]"
# hardest = "[run['test'] for run in runs['hardest half']]"
# easiest = "[run['test'] for run in runs['easiest 80 %']]"
# clipped = "[run['test'] for run in runs['clipped one by one']]"
# rows = "ROWS"
# epochs = "EPOCHS"
# limit = "LIMIT"
# ///

# %% parameters
ROWS = 2_000
TEST_ROWS = 10_000
BATCH = 50
EPOCHS = 15
WRONG_SHARE = 0.2  # labels replaced by a wrong one
LIMIT = 1.0  # the longest gradient that one example may have
SEEDS = (0, 1, 2)

# %% data
import keras
import matplotlib.pyplot as plt
import numpy as np
import tensorflow as tf

(x, y), (x_test, y_test) = keras.datasets.fashion_mnist.load_data()
x, x_test = (pixels.reshape(-1, 784).astype("float32") / 255.0
             for pixels in (x, x_test))
x_test, y_test = x_test[:TEST_ROWS], y_test[:TEST_ROWS]


def spoiled(seed):
    """Images, labels of which a share is wrong, and which those are."""
    generator = np.random.default_rng(seed)
    chosen = generator.choice(len(x), size=ROWS, replace=False)
    wrong = np.arange(ROWS) < WRONG_SHARE * ROWS
    labels = y[chosen].astype("int32")
    labels[wrong] = (labels[wrong] + generator.integers(1, 10, size=wrong.sum())) % 10
    return x[chosen], labels, wrong


def build_model(seed):
    keras.utils.set_random_seed(seed)
    return keras.Sequential([
        keras.Input(shape=(784,)),
        keras.layers.Dense(units=32, activation="relu"),
        keras.layers.Dense(units=10),
    ])


# %% one-by-one
each = keras.losses.SparseCategoricalCrossentropy(from_logits=True, reduction=None)


def example_gradients(model, images, labels):
    """A list of (batch, …) arrays, and the length of each example's gradient."""
    with tf.GradientTape() as tape:
        losses = each(labels, model(images, training=True))  # (batch,)
    gradients = tape.jacobian(losses, model.trainable_variables)
    squares = [tf.reduce_sum(tf.reshape(gradient, (len(labels), -1)) ** 2, axis=1)
               for gradient in gradients]
    return gradients, tf.sqrt(tf.add_n(squares))  # (batch,)


images, labels, wrong = spoiled(seed=0)
model = build_model(seed=0)
gradients, norms_of_one = example_gradients(model, images[:BATCH], labels[:BATCH])
with tf.GradientTape() as tape:
    loss = tf.reduce_mean(each(labels[:BATCH], model(images[:BATCH], training=True)))
of_the_mean = tape.gradient(loss, model.trainable_variables)
mean_gap = max(float(tf.reduce_max(tf.abs(tf.reduce_mean(one, axis=0) - other)))
               for one, other in zip(gradients, of_the_mean))
print("shapes of the gradients:", *(tuple(gradient.shape) for gradient in gradients))
print(f"their mean and the gradient of the mean differ by {mean_gap:.0e}")


# %% rules
def of_losses(weights):
    """A rule that weighs the losses of a batch, sorted from the hardest down."""
    def rule(model, images, labels):
        with tf.GradientTape() as tape:
            losses = tf.sort(each(labels, model(images, training=True)),
                             direction="DESCENDING")
            loss = tf.reduce_sum(losses * weights) / tf.reduce_sum(weights)
        return tape.gradient(loss, model.trainable_variables)
    return rule


def clipped(model, images, labels):
    gradients, norms = example_gradients(model, images, labels)
    factors = tf.minimum(1.0, LIMIT / norms)  # (batch,)
    return [tf.tensordot(factors, gradient, axes=1) / BATCH for gradient in gradients]


place = np.arange(BATCH)
rules = {
    "mean of the batch": of_losses(np.ones(BATCH, "float32")),
    "hardest half": of_losses((place < BATCH // 2).astype("float32")),
    "easiest 80 %": of_losses((place >= BATCH // 5).astype("float32")),
    "clipped one by one": clipped,
}


# %% train
def train(seed, rule):
    images, labels, wrong = spoiled(seed)
    model = build_model(seed)
    optimizer = keras.optimizers.Adam()
    optimizer.build(model.trainable_variables)
    data = tf.data.Dataset.from_tensor_slices((images, labels))
    data = data.shuffle(buffer_size=ROWS, seed=seed).batch(BATCH, drop_remainder=True)

    @tf.function
    def step(batch_images, batch_labels):
        gradients = rule(model, batch_images, batch_labels)
        optimizer.apply(gradients, model.trainable_variables)

    for epoch in range(EPOCHS):
        for batch in data:
            step(*batch)
        if epoch == EPOCHS // 4:
            norms = np.concatenate([
                example_gradients(model, images[start:start + 250],
                                  labels[start:start + 250])[1]
                for start in range(0, ROWS, 250)
            ])
    suspects = np.argsort(-norms)[:wrong.sum()]
    answers = model(x_test, training=False).numpy().argmax(axis=1)
    return {
        "test": float((answers == y_test).mean()), "norms": norms, "wrong": wrong,
        "found": float(wrong[suspects].mean()),
        "ratio": float(np.median(norms[wrong]) / np.median(norms[~wrong])),
    }


runs = {name: [train(seed, rule) for seed in SEEDS] for name, rule in rules.items()}
for name, found in runs.items():
    scores = [run["test"] for run in found]
    print(f"{name:20} test accuracy", *(f"{score:.3f}" for score in scores),
          f"  mean {np.mean(scores):.3f}")
plain = runs["mean of the batch"]
print("wrong labels among the longest gradients:",
      *(f"{run['found']:.0%}" for run in plain))

# %% norms
run = plain[0]
figure, axes = plt.subplots(figsize=(7.2, 3.0))
bins = np.geomspace(0.5, 50, 45)
for which, colour, label, side in ((~run["wrong"], "C0", "right label  ", "right"),
                                   (run["wrong"], "C1", "  wrong label", "left")):
    axes.hist(run["norms"][which], bins=bins, color=colour, alpha=0.55)
    middle = np.median(run["norms"][which])
    axes.axvline(middle, color=colour)
    axes.text(middle, 1.0, label, color=colour, ha=side, va="bottom",
              transform=axes.get_xaxis_transform())
axes.set_xscale("log")
axes.set_xticks([1, 10], ["1", "10"])
axes.set(xlabel="length of the gradient of one example", ylabel="examples")
plt.show()
