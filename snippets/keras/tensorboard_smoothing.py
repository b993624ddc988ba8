# /// script
# requires-python = ">=3.11"
# dependencies = ["tensorflow~=2.21.0", "matplotlib"]
#
# [tool.book]
# title = "TensorBoard's smoothing, and what it hides: one batch that was not scaled"
#
# [tool.book.smoke]
# STEPS = 100
# BAD_STEP = 40
# SEEDS = [0]
#
# [tool.book.values]
# bad_step = "BAD_STEP"
# before = "before"
# peaks = "peaks"
# half_peaks = "at_peak[0.6]"
# strong_peaks = "at_peak[0.99]"
# after = "after"
# strong_end = "strong_end"
# shown_share = "shown_share"
# rest = "STEPS - BAD_STEP"
# debias = "float(smooth([1.0, 1.0, 1.0], 0.99).min())"
# ///

# %% imports
import keras
import matplotlib.pyplot as plt
import numpy as np
import tensorflow as tf

# %% parameters
STEPS = 600
BAD_STEP = 400
BATCH = 64
SEEDS = (0, 1, 2)

# %% formula
def smooth(values, weight):
    average, result = 0.0, []
    for count, value in enumerate(values, start=1):
        average = weight * average + (1 - weight) * value
        result.append(average / (1 - weight**count))  # else it would start near zero
    return np.array(result)


# %% train
(x, y), _ = keras.datasets.fashion_mnist.load_data()
x = x.reshape(-1, 784).astype("float32")


def train(seed):
    keras.utils.set_random_seed(seed)
    model = keras.Sequential([keras.Input(shape=(784,))])
    model.add(keras.layers.Dense(units=64, activation="relu"))
    model.add(keras.layers.Dense(units=10))
    loss_function = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    optimizer = keras.optimizers.SGD(learning_rate=0.1)
    optimizer.build(model.trainable_variables)

    @tf.function
    def step(images, labels):
        with tf.GradientTape() as tape:
            loss = loss_function(labels, model(images))
        gradients = tape.gradient(loss, model.trainable_variables)
        optimizer.apply_gradients(zip(gradients, model.trainable_variables))
        return loss

    rng = np.random.default_rng(seed)
    losses = []
    for number in range(1, STEPS + 1):
        chosen = rng.integers(len(x), size=BATCH)
        scale = 1.0 if number == BAD_STEP else 255.0  # once, the division is forgotten
        losses.append(float(step(x[chosen] / scale, y[chosen])))
    return np.array(losses)


losses = [train(seed) for seed in SEEDS]

# %% numbers
place = BAD_STEP - 1
before = [float(run[place - 20 : place].mean()) for run in losses]
peaks = [float(run[place:].max()) for run in losses]
after = [float(run[-50:].mean()) for run in losses]
at_peak = {
    weight: [float(smooth(run, weight)[place:].max()) for run in losses]
    for weight in (0, 0.6, 0.99)
}
strong_end = [float(smooth(run, 0.99)[-1]) for run in losses]
shown_share = [high / peak for high, peak in zip(at_peak[0.99], peaks)]
print("mean of the 20 batches before: ", np.round(before, 2))
for weight, heights in at_peak.items():
    print(f"highest, smoothing {weight:4}:       ", np.round(heights, 2))
print("mean of the last 50 batches:   ", np.round(after, 2))
print("last value, smoothing 0.99:    ", np.round(strong_end, 2))

# %% picture
_, axes = plt.subplots(figsize=(7.2, 3.4))
steps = np.arange(1, STEPS + 1)
for weight, colour, wide in ((0, "C6", 0.7), (0.6, "C0", 1.3), (0.99, "C1", 2)):
    axes.plot(steps, smooth(losses[0], weight), color=colour, lw=wide)
notes = ((0, "C6", "as written"), (0.6, "C0", "smoothing 0.6"), (0.99, "C1", "0.99"))
for weight, colour, label in notes:
    height = at_peak[weight][0]
    where = {"ha": "right", "va": "center", "color": colour}
    axes.text(BAD_STEP - 0.01 * STEPS, height, label, **where)
axes.set(xlabel="training step", ylabel="cross-entropy (log scale)", yscale="log")
plt.show()
