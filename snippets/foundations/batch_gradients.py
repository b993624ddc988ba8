# /// script
# requires-python = ">=3.11"
# dependencies = ["tensorflow~=2.21.0", "matplotlib"]
#
# [tool.book]
# title = "What a batch knows: the noise of its gradient, and what a pass over the data buys"
# sources = ["zt-ch4-minibatch-dataset"]
#
# [tool.book.smoke]
# DRAWS = 20
# PASSES = 2
# SEEDS = [0]
#
# [tool.book.values]
# rows_kept = "rows_kept"
# rows_dropped = "rows_dropped"
# test_rows_dropped = "test_rows_dropped"
# test_whole = "float(whole)"
# test_low = "float(min(partial))"
# test_high = "float(max(partial))"
# sizes = "list(SIZES)"
# noise = "[float(value) for value in noise.mean(axis=0)]"
# slopes = "[float(value) for value in slopes]"
# passes = "PASSES"
# loss_by_batch = "[float(np.mean(curves[size][:, -1])) for size in BATCHES]"
# loss_one = "curves[1][:, -1].tolist()"
# loss_32 = "curves[32][:, -1].tolist()"
# loss_all = "curves[404][:, -1].tolist()"
# steps = "[PASSES * -(-404 // size) for size in BATCHES]"
# ///

# %% parameters
SIZES = (4, 8, 16, 32, 64, 128, 256)
DRAWS = 200
BATCHES = (1, 8, 32, 404)
PASSES = 10
RATE = 0.003
SEEDS = (0, 1, 2, 3, 4)

# %% data
import keras
import matplotlib.pyplot as plt
import numpy as np
import tensorflow as tf

(x_train, y_train), (x_test, y_test) = keras.datasets.boston_housing.load_data()
mean, deviation = x_train.mean(axis=0), x_train.std(axis=0)
x_train, x_test = [
    ((x - mean) / deviation).astype("float32") for x in (x_train, x_test)
]
y_train, y_test = y_train[:, None].astype("float32"), y_test[:, None].astype("float32")


# %% batches
def batches(inputs, targets, size, drop_remainder=False):
    dataset = tf.data.Dataset.from_tensor_slices((inputs, targets)).cache()
    dataset = dataset.shuffle(buffer_size=len(inputs))
    dataset = dataset.batch(batch_size=size, drop_remainder=drop_remainder)
    return dataset.prefetch(tf.data.AUTOTUNE)


def rows_in_a_pass(dataset):
    return sum(len(inputs) for inputs, _ in dataset)


keras.utils.set_random_seed(0)
rows_kept = rows_in_a_pass(batches(x_train, y_train, size=32))
rows_dropped = rows_in_a_pass(batches(x_train, y_train, size=32, drop_remainder=True))
test_batches = batches(x_test, y_test, size=32, drop_remainder=True)
test_rows_dropped = rows_in_a_pass(test_batches)
print(f"rows a pass: {rows_kept} kept, {rows_dropped} with drop_remainder")


# %% network
def build_network(seed):
    keras.utils.set_random_seed(seed)
    return keras.Sequential([
        keras.Input(shape=(13,)),
        keras.layers.Dense(units=4, activation="relu"),
        keras.layers.Dense(units=1),
    ])


def compile_step(model):
    @tf.function(reduce_retracing=True)
    def gradient_of(inputs, targets):
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean(tf.square(targets - model(inputs)))
        weights = [variable.value for variable in model.trainable_variables]
        return tape.gradient(loss, weights)

    return gradient_of


# %% noise
def flat(gradients):
    return np.concatenate([np.ravel(gradient) for gradient in gradients])


noise = np.zeros((len(SEEDS), len(SIZES)))
for row, seed in enumerate(SEEDS):
    gradient_of = compile_step(build_network(seed))
    full = flat(gradient_of(x_train, y_train))
    rng = np.random.default_rng(seed)
    for column, size in enumerate(SIZES):
        errors = []
        for _ in range(DRAWS):
            rows = rng.integers(len(x_train), size=size)  # with replacement
            batch = flat(gradient_of(x_train[rows], y_train[rows]))
            errors.append(np.sum((batch - full) ** 2))
        noise[row, column] = np.sqrt(np.mean(errors)) / np.linalg.norm(full)
slopes = [np.polyfit(np.log(SIZES), np.log(line), deg=1)[0] for line in noise]
print("noise falls with the batch size to the power", np.round(slopes, 2))


# %% passes
def train(seed, size):
    model = build_network(seed)
    gradient_of = compile_step(model)
    dataset = batches(x_train, y_train, size)
    losses = [np.mean((y_train - model(x_train)) ** 2)]
    for _ in range(PASSES):
        for inputs, targets in dataset:
            gradients = gradient_of(inputs, targets)
            for variable, gradient in zip(model.trainable_variables, gradients):
                variable.assign_sub(RATE * gradient)
        losses.append(np.mean((y_train - model(x_train)) ** 2))
    return losses


curves = {
    size: np.array([train(seed, size) for seed in SEEDS]) for size in BATCHES
}  # (seeds, passes + 1)
for size, lines in curves.items():
    steps = -(-len(x_train) // size)
    print(f"batch {size:3d}: {steps:3d} steps a pass, loss {lines[:, -1].mean():6.1f}")

# %% picture
figure, (left, right) = plt.subplots(1, 2, figsize=(7.2, 3.4))
for line in noise:
    left.loglog(SIZES, line, color="C0", linewidth=0.7, alpha=0.7)
left.loglog(SIZES, noise.mean(axis=0), "o-", color="C0", linewidth=2)
ideal = noise.mean(axis=0)[0] * np.sqrt(SIZES[0] / np.array(SIZES))
left.loglog(SIZES, ideal, "--", color="C6")
left.annotate("1 / sqrt(batch size)", (SIZES[3], ideal[3]), xytext=(-4, 16),
              textcoords="offset points", color="C6")
left.set(xlabel="rows in the batch", ylabel="noise / gradient", xticks=SIZES,
         xticklabels=SIZES)
left.minorticks_off()
shifts = {1: 0, 8: -6, 32: 7, 404: 0}
for number, (size, lines) in enumerate(curves.items()):
    right.semilogy(lines.T, color=f"C{number}", linewidth=0.6, alpha=0.6)
    right.semilogy(lines.mean(axis=0), color=f"C{number}", linewidth=2)
    right.annotate(f"batch {size}", (PASSES, lines[:, -1].mean()),
                   xytext=(4, shifts.get(size, 0)),
                   textcoords="offset points", color=f"C{number}", va="center")
right.set(xlabel="passes over the data", ylabel="training error",
          xlim=(0, PASSES * 1.35), xticks=range(0, PASSES + 1, 2))
figure.tight_layout()
plt.show()

# %% moving-target
model = build_network(seed=0)
whole = np.mean((y_test - model(x_test)) ** 2)
partial = []
for _ in range(20):  # the same weights, twenty times
    losses = [
        np.mean((targets - model(inputs)) ** 2) for inputs, targets in test_batches
    ]
    partial.append(float(np.mean(losses)))
print(f"all {len(x_test)} test rows: {whole:.1f}")
print(f"{test_rows_dropped} shuffled rows: {min(partial):.1f} to {max(partial):.1f}")
