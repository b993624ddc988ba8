# /// script
# requires-python = ">=3.11"
# dependencies = ["tensorflow~=2.21.0", "matplotlib"]
#
# [tool.book]
# title = "compile, fit, evaluate, predict on Fashion-MNIST, three seeds"
# sources = ["mtf-ch03-fashion-mlp-data", "mtf-ch03-fashion-mlp-compile-fit"]
# marks = []
#
# [tool.book.smoke]
# SEEDS = [0, 1]
# EPOCHS = 1
# TRAIN_ROWS = 3_000
# TEST_ROWS = 500
#
# [tool.book.values]
# seeds = "len(SEEDS)"
# rows = "len(x)"
# batch = "BATCH"
# steps = "steps"
# last_batch = "last_batch"
# parameters = "model.count_params()"
# fewest = "int(counts.min())"
# most = "int(counts.max())"
# printed_loss = "[float(run['loss'][-1]) for run in runs]"
# printed_first_accuracy = "[float(run[accuracy][0]) for run in runs]"
# val_first_accuracy = "[float(run['val_' + accuracy][0]) for run in runs]"
# val_loss = "[float(run['val_loss'][-1]) for run in runs]"
# val_accuracy = "[float(run['val_' + accuracy][-1]) for run in runs]"
# now_loss = "[run['now_loss'][-1] for run in runs]"
# now_first_accuracy = "[run['now_accuracy'][0] for run in runs]"
# mean_loss = "[float(v) for v in means['loss']]"
# mean_accuracy = "[float(v) for v in means[accuracy]]"
# mean_val_loss = "[float(v) for v in means['val_loss']]"
# mean_val_accuracy = "[float(v) for v in means['val_' + accuracy]]"
# low_val_loss = "[float(v) for v in lows['val_loss']]"
# high_val_loss = "[float(v) for v in highs['val_loss']]"
# low_loss = "[float(v) for v in lows['loss']]"
# high_loss = "[float(v) for v in highs['loss']]"
# low_accuracy = "[float(v) for v in lows[accuracy]]"
# high_accuracy = "[float(v) for v in highs[accuracy]]"
# low_val_accuracy = "[float(v) for v in lows['val_' + accuracy]]"
# high_val_accuracy = "[float(v) for v in highs['val_' + accuracy]]"
# test_loss = "[scores['loss'] for scores in tests]"
# test_accuracy = "[scores[accuracy] for scores in tests]"
# recall = "[float(v) for v in recalls.mean(axis=0)]"
# shirt = "[float(v) for v in recalls[:, 6]]"
# shirt_as = "[float(v) for v in matrices.mean(axis=0)[6]]"
# as_coat = "[float(v) for v in matrices[:, 6, 4]]"
# as_top = "[float(v) for v in matrices[:, 6, 0]]"
# group_share = "[float(v) for v in group_share]"
# ///

# %% imports
import keras
import matplotlib.pyplot as plt
import numpy as np
from keras.layers import Dense

# %% parameters
BATCH = 64
EPOCHS = 3
SEEDS = (0, 1, 2)
TRAIN_ROWS = 50_000  # of 60,000; the last 10,000 are for validation
TEST_ROWS = 10_000

# %% data
(x_all, y_all), (x_test, y_test) = keras.datasets.fashion_mnist.load_data()
x_all = x_all.reshape(60_000, 784).astype("float32") / 255.0
x_test = x_test[:TEST_ROWS].reshape(-1, 784).astype("float32") / 255.0
y_test = y_test[:TEST_ROWS]

x_val, y_val = x_all[-10_000:], y_all[-10_000:]
x, y = x_all[:TRAIN_ROWS], y_all[:TRAIN_ROWS]
counts = np.bincount(y_val)
print("rows of each class in the validation part:", *counts)


# %% model
def build_model(seed):
    keras.utils.set_random_seed(seed)
    inputs = keras.Input(shape=(784,), name="pixels")
    hidden = Dense(units=64, activation="relu", name="dense_1")(inputs)
    hidden = Dense(units=64, activation="relu", name="dense_2")(hidden)
    logits = Dense(units=10, name="predictions")(hidden)  # no softmax
    return keras.Model(inputs=inputs, outputs=logits)


model = build_model(seed=0)
print(model.count_params(), "parameters")


# %% compile
def compile_model(model):
    model.compile(
        optimizer=keras.optimizers.RMSprop(),
        loss=keras.losses.SparseCategoricalCrossentropy(from_logits=True),
        metrics=["sparse_categorical_accuracy"],
    )


compile_model(model)

# %% fit
history = model.fit(
    x,
    y,
    batch_size=BATCH,
    epochs=EPOCHS,
    validation_data=(x_val, y_val),
    verbose=0,
)
for name, values in history.history.items():
    print(f"{name:31}", *(f"{value:.4f}" for value in values))

# %% batches
steps = history.params["steps"]
last_batch = len(x) - (steps - 1) * BATCH
print(steps, "batches in an epoch, the last of", last_batch, "rows")

# %% seeds
accuracy = "sparse_categorical_accuracy"


def after_epoch(model, seen):
    """A callback that evaluates the training rows again when an epoch is over."""

    def measure(epoch, logs):
        loss, share = model.evaluate(x, y, batch_size=1_000, verbose=0)
        seen["now_loss"].append(loss)
        seen["now_accuracy"].append(share)

    return keras.callbacks.LambdaCallback(on_epoch_end=measure)


models, runs = [], []
for seed in SEEDS:
    model = build_model(seed)
    compile_model(model)
    run = {"now_loss": [], "now_accuracy": []}
    history = model.fit(
        x, y, batch_size=BATCH, epochs=EPOCHS, validation_data=(x_val, y_val),
        callbacks=[after_epoch(model, run)], verbose=0,
    )
    run.update(history.history)
    models.append(model)
    runs.append(run)

print("last epoch     printed    evaluated again    validation")
for seed, run in zip(SEEDS, runs):
    values = (run["loss"][-1], run["now_loss"][-1], run["val_loss"][-1])
    print(f"seed {seed}, loss {values[0]:9.4f} {values[1]:14.4f} {values[2]:15.4f}")

# %% spread
names = ["loss", accuracy, "val_loss", "val_" + accuracy]
table = {name: np.array([run[name] for run in runs]) for name in names}
means = {name: values.mean(axis=0) for name, values in table.items()}
lows = {name: values.min(axis=0) for name, values in table.items()}
highs = {name: values.max(axis=0) for name, values in table.items()}

# %% evaluate
tests = [
    model.evaluate(x_test, y_test, verbose=0, return_dict=True) for model in models
]
for seed, scores in zip(SEEDS, tests):
    print(f"seed {seed}:", {name: round(value, 4) for name, value in scores.items()})

# %% predict
logits = models[0].predict(x_test, verbose=0)  # (rows, 10), a NumPy array
classes = logits.argmax(axis=1)
print(type(logits).__name__, logits.shape, logits.dtype)
print("right:", np.mean(classes == y_test), "evaluate says:", tests[0][accuracy])

# %% confusion
matrices = np.zeros((len(models), 10, 10))
for matrix, model in zip(matrices, models):
    guesses = model.predict(x_test, batch_size=1_000, verbose=0).argmax(axis=1)
    np.add.at(matrix, (y_test, guesses), 1)
matrices /= matrices.sum(axis=2, keepdims=True)  # rows: shares of the true class
recalls = matrices.diagonal(axis1=1, axis2=2)  # (seeds, classes)
tops = np.ix_(np.arange(len(models)), [0, 2, 3, 4, 6], [0, 2, 3, 4, 6])
wrong = matrices * (1 - np.eye(10))
group_share = wrong[tops].sum(axis=(1, 2)) / wrong.sum(axis=(1, 2))

# %% confusion-figure
labels = ["T-shirt", "trouser", "pullover", "dress", "coat"]
labels += ["sandal", "shirt", "sneaker", "bag", "boot"]
average = matrices.mean(axis=0)
figure, axes = plt.subplots(figsize=(6.4, 5.4))
axes.imshow(average, cmap="Blues", vmin=0, vmax=1)
for row in range(10):
    for column in range(10):
        percent = 100 * average[row, column]
        if percent >= 1:
            # on the picture, not on the page: the same shades by day and by night
            shade = "#ffffff" if percent > 50 else "#101828"
            axes.text(
                column, row, f"{percent:.0f}", color=shade, ha="center", va="center"
            )
axes.set_xticks(range(10), labels, rotation=45, ha="right")
axes.set_yticks(range(10), labels)
axes.set(xlabel="what the network says", ylabel="what it is")
axes.set_title("Share of the true class, %")
plt.show()
