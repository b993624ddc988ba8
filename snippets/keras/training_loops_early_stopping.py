# /// script
# requires-python = ">=3.11"
# dependencies = ["tensorflow~=2.21.0", "matplotlib"]
#
# [tool.book]
# title = "Early stopping by hand, equal to the callback, over five seeds"
# sources = ["gt-early-stopping-loop"]
# marks = []
#
# [tool.book.smoke]
# TRAIN_IMAGES = 100
# VALIDATION_IMAGES = 100
# TEST_IMAGES = 200
# SEEDS = [0]
# MOST_EPOCHS = 4
# EPOCHS_WITHOUT = 4
# PATIENCE = 1
#
# [tool.book.values]
# seeds = "list(SEEDS)"
# patience = "PATIENCE"
# validation_images = "VALIDATION_IMAGES"
# loop_epochs = "[len(run['val_loss']) for run in loop_runs]"
# fit_epochs = "[len(run['val_loss']) for run in fit_runs]"
# loop_best = "[run['best_epoch'] for run in loop_runs]"
# fit_best = "[run['best_epoch'] for run in fit_runs]"
# loss_differences = "loss_differences"
# weight_differences = "weight_differences"
# last_validation = "[float(run['val_loss'][-1]) for run in loop_runs]"
# best_validation = "[float(min(run['val_loss'])) for run in loop_runs]"
# last_train = "[float(run['loss'][-1]) for run in loop_runs]"
# last_test = "[run['last_test'] for run in loop_runs]"
# restored_test = "[run['restored_test'] for run in loop_runs]"
# without_test = "without"
# epochs_without = "EPOCHS_WITHOUT"
# helped = "sum(run['restored_test'] < run['last_test'] for run in loop_runs)"
# restored_accuracy = "[run['restored_accuracy'] for run in loop_runs]"
# ///

# %% imports
import keras
import matplotlib.pyplot as plt
import numpy as np
import tensorflow as tf
from keras.layers import Conv2D, Dense, Flatten, MaxPooling2D

tf.config.experimental.enable_op_determinism()

# %% parameters
TRAIN_IMAGES = 500  # of 60,000: few, so that the network soon learns them by heart
VALIDATION_IMAGES = 2_000
TEST_IMAGES = 10_000
BATCH = 32
MOST_EPOCHS = 100
EPOCHS_WITHOUT = 40  # for the runs that nothing stops
PATIENCE = 5
SEEDS = (0, 1, 2, 3, 4)

# %% data
(x, y), (x_test, y_test) = keras.datasets.mnist.load_data()
x = x[..., np.newaxis].astype("float32") / 255.0  # (60000, 28, 28, 1)
x_test = x_test[:TEST_IMAGES, ..., np.newaxis].astype("float32") / 255.0
y_test = y_test[:TEST_IMAGES]

train_set = (x[:TRAIN_IMAGES], y[:TRAIN_IMAGES])
next_images = slice(TRAIN_IMAGES, TRAIN_IMAGES + VALIDATION_IMAGES)
validation_set = (x[next_images], y[next_images])
steps = int(np.ceil(TRAIN_IMAGES / BATCH))
validation = tf.data.Dataset.from_tensor_slices(validation_set).batch(250)


def training_stream(seed):
    train = tf.data.Dataset.from_tensor_slices(train_set)
    return train.shuffle(buffer_size=TRAIN_IMAGES, seed=seed).batch(BATCH).repeat()


# %% model
def build_model(seed):
    keras.utils.set_random_seed(seed)
    return keras.Sequential([
        keras.Input(shape=(28, 28, 1)),
        Conv2D(filters=32, kernel_size=3, activation="relu"),
        MaxPooling2D(pool_size=2),
        Conv2D(filters=64, kernel_size=3, activation="relu"),
        MaxPooling2D(pool_size=2),
        Conv2D(filters=64, kernel_size=3, activation="relu"),
        Flatten(),
        Dense(units=64, activation="relu"),
        Dense(units=10),
    ])


loss_function = keras.losses.SparseCategoricalCrossentropy(from_logits=True)


# %% stopper
class Patience:
    """Watches one number an epoch, keeps the weights of its lowest value."""

    def __init__(self, model, patience):
        self.model, self.patience = model, patience
        self.best, self.best_epoch, self.weights, self.wait = float("inf"), 0, None, 0

    def should_stop(self, value, epoch):
        self.wait += 1
        if value < self.best:
            self.best, self.best_epoch, self.wait = value, epoch, 0
            self.weights = self.model.get_weights()
        return self.wait >= self.patience

    def restore(self):
        self.model.set_weights(self.weights)


# %% steps
def make_steps(model, optimizer, train_loss, validation_loss):
    """New compiled steps for a new model and optimizer."""

    @tf.function
    def train_step(images, labels):
        with tf.GradientTape() as tape:
            loss = loss_function(labels, model(images, training=True))
        gradients = tape.gradient(loss, model.trainable_variables)
        optimizer.apply_gradients(zip(gradients, model.trainable_variables))
        train_loss.update_state(loss, sample_weight=tf.shape(images)[0])

    @tf.function
    def validation_step(images, labels):
        loss = loss_function(labels, model(images, training=False))
        validation_loss.update_state(loss, sample_weight=tf.shape(images)[0])

    return train_step, validation_step


# %% loop
def train_by_loop(seed):
    model = build_model(seed)
    train_loss, validation_loss = keras.metrics.Mean(), keras.metrics.Mean()
    train_step, validation_step = make_steps(
        model, keras.optimizers.Adam(), train_loss, validation_loss
    )
    stopper = Patience(model, patience=PATIENCE)
    stream = iter(training_stream(seed))
    run = {"model": model, "loss": [], "val_loss": []}
    for epoch in range(1, MOST_EPOCHS + 1):
        train_loss.reset_state()
        validation_loss.reset_state()
        for _ in range(steps):
            train_step(*next(stream))
        for images, labels in validation:
            validation_step(images, labels)
        run["loss"].append(float(train_loss.result()))
        run["val_loss"].append(float(validation_loss.result()))
        if stopper.should_stop(run["val_loss"][-1], epoch):
            break
    run["last_test"] = score(model)[0]
    stopper.restore()
    run["restored_test"], run["restored_accuracy"] = score(model)
    run["best_epoch"] = stopper.best_epoch
    return run


def score(model):
    model.compile(loss=loss_function, metrics=["accuracy"])
    loss, accuracy = model.evaluate(x_test, y_test, batch_size=500, verbose=0)
    return float(loss), float(accuracy)


# %% callback
def train_by_fit(seed):
    model = build_model(seed)
    model.compile(loss=loss_function, optimizer=keras.optimizers.Adam())
    stopper = keras.callbacks.EarlyStopping(
        monitor="val_loss", patience=PATIENCE, restore_best_weights=True
    )
    history = model.fit(
        training_stream(seed),
        steps_per_epoch=steps,
        epochs=MOST_EPOCHS,
        validation_data=validation,
        callbacks=[stopper],
        shuffle=False,
        verbose=0,
    ).history
    return {"model": model, "best_epoch": stopper.best_epoch + 1, **history}


# %% both
loop_runs = [train_by_loop(seed) for seed in SEEDS]
fit_runs = [train_by_fit(seed) for seed in SEEDS]

loss_differences, weight_differences = [], []
for seed, loop_run, fit_run in zip(SEEDS, loop_runs, fit_runs):
    gaps = np.subtract(loop_run["val_loss"], fit_run["val_loss"])
    loss_differences.append(float(np.abs(gaps).max()))
    pairs = zip(loop_run["model"].get_weights(), fit_run["model"].get_weights())
    weight_differences.append(max(float(np.abs(a - b).max()) for a, b in pairs))
    for name, run in (("loop", loop_run), ("fit ", fit_run)):
        print(f"seed {seed} {name}: best epoch", run["best_epoch"], end=", ")
        print("stopped after", len(run["val_loss"]))
print("weights differ by at most", max(weight_differences))

# %% anatomy
loop_run, fit_run = loop_runs[0], fit_runs[0]
last, best = len(loop_run["val_loss"]), loop_run["best_epoch"]
epochs = np.arange(1, last + 1)
lowest, final = loop_run["val_loss"][best - 1], loop_run["val_loss"][-1]
top = 2.4 * lowest  # the first epochs lie above

figure, axes = plt.subplots(figsize=(7.2, 4.2))
axes.axvspan(best, last, color="C6", alpha=0.15, linewidth=0)
axes.plot(epochs, fit_run["val_loss"], color="C0")
axes.plot(epochs, loop_run["val_loss"], "o", color="C0", fillstyle="none")
axes.plot(epochs, fit_run["loss"], "--", color="C1")
axes.plot(epochs, loop_run["loss"], "s", color="C1", fillstyle="none", markersize=4)
axes.plot(best, lowest, "*", color="C2", markersize=18)
axes.annotate(
    "",
    xy=(best, lowest + 0.04 * top),
    xytext=(last, final + 0.03 * top),
    arrowprops={
        "arrowstyle": "->",
        "color": "C2",
        "linewidth": 2,
        "connectionstyle": "arc3,rad=0.45",
    },
)
middle = (best + last) / 2
axes.text(middle, 0.93 * top, f"patience: {last - best} epochs", ha="center")
axes.text(middle, 0.80 * top, "stop, then go back", color="C2", ha="center")
axes.vlines(best, 0, lowest, color="C2", linestyle=":")
axes.text(best - 0.2, 0.04 * top, f"best: epoch {best}", color="C2", ha="right")
axes.text(last + 0.2, final, "validation", color="C0", va="center")
axes.text(last + 0.2, loop_run["loss"][-1], "training", color="C1", va="bottom")
axes.set(xlabel="epoch", ylabel="cross-entropy", ylim=(0, top), xlim=(0.7, last + 1.8))
axes.set_xticks(epochs)
plt.show()

# %% without
def train_without_stop(seed):
    model = build_model(seed)
    model.compile(loss=loss_function, optimizer=keras.optimizers.Adam())
    model.fit(
        training_stream(seed),
        steps_per_epoch=steps,
        epochs=EPOCHS_WITHOUT,
        shuffle=False,
        verbose=0,
    )
    return score(model)[0]


without = [train_without_stop(seed) for seed in SEEDS]
at_stop = [run["last_test"] for run in loop_runs]
restored = [run["restored_test"] for run in loop_runs]
for name, losses in (("restored", restored), ("at stop", at_stop), ("never", without)):
    print(f"{name:8} {np.mean(losses):.3f} ± {np.std(losses, ddof=1):.3f}")

# %% worth
figure, axes = plt.subplots(figsize=(7.2, 2.8))
rows = np.arange(len(SEEDS))
axes.hlines(rows, restored, without, color="C6", linewidth=1)
axes.plot(restored, rows, "*", color="C2", markersize=13, label="best weights restored")
axes.plot(at_stop, rows, "X", color="C1", markersize=9, label="weights at the stop")
axes.plot(without, rows, "o", color="C3", label=f"{EPOCHS_WITHOUT} epochs, no stop")
axes.set_yticks(rows, [f"seed {seed}" for seed in SEEDS])
axes.set(xlabel="cross-entropy on the test images", ylim=(len(SEEDS) - 0.5, -0.5))
axes.legend(loc="lower center", bbox_to_anchor=(0.5, 1.0), ncols=3)
plt.show()
