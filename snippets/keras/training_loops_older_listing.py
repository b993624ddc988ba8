# /// script
# requires-python = ">=3.11"
# dependencies = ["tensorflow~=2.21.0", "matplotlib"]
#
# [tool.book]
# title = "The older listing's mistakes, each one run and measured over three seeds"
# sources = [
#     "gt-metrics-without-from-logits", "gt-early-stopping-loop",
#     "gt-loop-fixed-epochs", "gt-reset-state-caution", "gt-fit-example",
# ]
# marks = []
#
# [tool.book.smoke]
# TRAIN_IMAGES = 200
# HELD_OUT_IMAGES = 100
# SEEDS = [0]
# SECOND_EPOCHS = 3
# PATIENCE = 1
#
# [tool.book.values]
# true_first = "[run['true_loss'][0] for run in runs]"
# wrong_first = "[run['wrong_loss'][0] for run in runs]"
# true_fifth = "[run['true_loss'][FIRST_EPOCHS - 1] for run in runs]"
# wrong_fifth = "[run['wrong_loss'][FIRST_EPOCHS - 1] for run in runs]"
# factors = "factors"
# opposite = "opposite"
# stop_true = "[decision['true'][1] for decision in decisions]"
# stop_wrong = "[decision['wrong'][1] for decision in decisions]"
# best_true = "[decision['true'][0] for decision in decisions]"
# best_wrong = "[decision['wrong'][0] for decision in decisions]"
# penalty = "penalty"
# above_one = "above_one"
# counted = "counted"
# claimed = "claimed"
# shown = "shown"
# fresh_first = "[run['true_loss'][0] for run in runs]"
# continued_first = "[run['true_loss'][FIRST_EPOCHS] for run in runs]"
# polluted = "[run['polluted_accuracy'] for run in runs]"
# clean = "[run['accuracy'][FIRST_EPOCHS] for run in runs]"
# stop_value = "stop_value"
# best_value = "best_value"
# ///

# %% imports
import keras
import tensorflow as tf

# %% parameters
TRAIN_IMAGES = 2_000  # of 60,000
HELD_OUT_IMAGES = 1_000  # the listing's "test" images, which also choose the epoch
BATCH = 32
FIRST_EPOCHS = 5  # the listing's first run
SECOND_EPOCHS = 20  # its second run, on the same model
PATIENCE = 5
SEEDS = (0, 1, 2)

# %% names
spellings = (
    "MyModel()",
    "np.random.rand(64, 10)",
    "tf.losses.mean_squared_error",
    "keras.metrics.Mean().reset_states()",
)
for spelling in spellings:
    try:
        eval(spelling)
    except (NameError, AttributeError) as error:
        print(type(error).__name__, error, sep=": ")

# %% data
import matplotlib.pyplot as plt
import numpy as np
from keras.layers import Conv2D, Dense, Flatten, MaxPooling2D

(x, y), (x_test, y_test) = keras.datasets.mnist.load_data()
x = x[:TRAIN_IMAGES, ..., np.newaxis].astype("float32") / 255.0  # (images, 28, 28, 1)
x_test = x_test[:HELD_OUT_IMAGES, ..., np.newaxis].astype("float32") / 255.0
train = tf.data.Dataset.from_tensor_slices((x, y[:TRAIN_IMAGES]))
held_out = tf.data.Dataset.from_tensor_slices((x_test, y_test[:HELD_OUT_IMAGES]))
held_out = held_out.batch(BATCH)


def build_model():
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


# %% steps
def make_steps(model, accuracies, losses):
    loss_function = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    optimizer = keras.optimizers.Adam()

    @tf.function
    def train_step(images, labels):
        with tf.GradientTape() as tape:
            loss = loss_function(labels, model(images, training=True))
        gradients = tape.gradient(loss, model.trainable_variables)
        optimizer.apply_gradients(zip(gradients, model.trainable_variables))

    @tf.function
    def test_step(images, labels):
        logits = model(images, training=False)
        for metric in accuracies + losses:
            metric.update_state(labels, logits)

    return train_step, test_step


# %% two-runs
def both_runs(seed):
    keras.utils.set_random_seed(seed)
    model = build_model()
    true_loss = keras.metrics.SparseCategoricalCrossentropy(from_logits=True)
    wrong_loss = keras.metrics.SparseCategoricalCrossentropy()  # as in the listing
    accuracy = keras.metrics.SparseCategoricalAccuracy()
    late_reset = keras.metrics.SparseCategoricalAccuracy()  # as in its second run
    train_step, test_step = make_steps(
        model, [accuracy, late_reset], [true_loss, wrong_loss]
    )
    run = {"model": model, "true_loss": [], "wrong_loss": [], "accuracy": []}
    batches = train.shuffle(buffer_size=TRAIN_IMAGES, seed=seed).batch(BATCH)
    for epoch in range(FIRST_EPOCHS + SECOND_EPOCHS):
        for metric in (true_loss, wrong_loss, accuracy):
            metric.reset_state()
        if epoch < FIRST_EPOCHS:
            late_reset.reset_state()
        for images, labels in batches:
            train_step(images, labels)
        for images, labels in held_out:
            test_step(images, labels)
        run["true_loss"].append(float(true_loss.result()))
        run["wrong_loss"].append(float(wrong_loss.result()))
        run["accuracy"].append(float(accuracy.result()))
        if epoch == FIRST_EPOCHS:
            run["polluted_accuracy"] = float(late_reset.result())
    return run


runs = [both_runs(seed) for seed in SEEDS]

# %% log
print("epoch  true loss  metric without from_logits  accuracy")
for epoch in range(FIRST_EPOCHS):
    run = runs[0]
    true, wrong = run["true_loss"][epoch], run["wrong_loss"][epoch]
    print(f"{epoch + 1:5}  {true:9.3f}  {wrong:26.3f}  {run['accuracy'][epoch]:8.4f}")

# %% wrong-curve
figure, (left, right) = plt.subplots(ncols=2, figsize=(7.2, 3.2))
epochs = np.arange(1, FIRST_EPOCHS + SECOND_EPOCHS + 1)
for panel, name, color in ((left, "true_loss", "C0"), (right, "wrong_loss", "C1")):
    curves = np.array([run[name] for run in runs])  # (seeds, epochs)
    panel.plot(epochs, curves.T, color=color, linewidth=0.8, alpha=0.6)
    panel.plot(epochs, curves.mean(axis=0), color=color, linewidth=2.5)
    panel.set(xlabel="epoch", ylim=(0, None))
left.set(title="true cross-entropy", ylabel="on held-out images")
right.set_title("metric without from_logits")
plt.show()


# %% decisions
def stop(curve, patience):
    """The best epoch and the last one, counted from 1, that patience allows."""
    best = 0
    for epoch, value in enumerate(curve):
        if value < curve[best]:
            best = epoch
        if epoch - best >= patience:
            break
    return best + 1, epoch + 1


decisions, penalty, opposite = [], [], []
for run in runs:
    true, wrong = np.array(run["true_loss"]), np.array(run["wrong_loss"])
    by_true, by_wrong = stop(true, PATIENCE), stop(wrong, PATIENCE)
    decisions.append({"true": by_true, "wrong": by_wrong})
    penalty.append(float(true[by_wrong[0] - 1] / true[by_true[0] - 1]))
    opposite.append(float(np.mean(np.diff(true) * np.diff(wrong) < 0)))
    print("best epoch and last: by the loss", by_true, "by the metric", by_wrong)
factors = [
    float(np.mean(run["wrong_loss"]) / np.mean(run["true_loss"])) for run in runs
]
print("true loss where the metric is best, over its own best:", np.round(penalty, 2))
print("share of epochs in which the two move apart:", np.round(opposite, 2))

# %% logits
above_one = []
for run in runs:
    logits = run["model"].predict(x_test, verbose=0)  # (images, 10)
    above_one.append(float((logits > 1).sum(axis=1).mean()))
print("logits above 1, an image, on average:", np.round(above_one, 2))

# %% seen
counted, claimed, shown = [], [], []
seen = 0
for step, (images, labels) in enumerate(train.batch(BATCH)):
    seen += len(images)
    if step % 20 == 0:
        shown.append(step)
        counted.append(seen)
        claimed.append((step + 1) * 128)
print("step   ", shown)
print("seen   ", counted)
print("claimed", claimed)

# %% leftovers
print("first loss of the second run, and of a new model; accuracy read, and true")
for run in runs:
    continued, fresh = run["true_loss"][FIRST_EPOCHS], run["true_loss"][0]
    read, true = run["polluted_accuracy"], run["accuracy"][FIRST_EPOCHS]
    print(f"{continued:.3f} {fresh:.3f}; {read:.4f} {true:.4f}")

# %% not-restored
stop_value, best_value = [], []
for run, decision in zip(runs, decisions):
    best, last = decision["true"]
    best_value.append(run["true_loss"][best - 1])
    stop_value.append(run["true_loss"][last - 1])
print("loss at the best epoch", np.round(best_value, 3))
print("loss at the stop      ", np.round(stop_value, 3))
