# /// script
# requires-python = ">=3.11"
# dependencies = ["tensorflow~=2.21.0", "matplotlib"]
#
# [tool.book]
# title = "Two digits in, two answers out: a graph of layers with a shared reader"
# sources = ["mtf-ch03-functional-api-concept"]
# timeout = 600
#
# [tool.book.smoke]
# PAIRS = 512
# TEST_PAIRS = 256
# EPOCHS = 1
# WEIGHTS = [0.0, 1.0]
# SEEDS = [0]
#
# [tool.book.values]
# parameters = "parameters"
# reader_parameters = "reader_parameters"
# pairs = "PAIRS"
# test_pairs = "TEST_PAIRS"
# epochs = "EPOCHS"
# first_larger = "first_losses['larger_loss']"
# first_total = "first_losses['total_loss']"
# sum_of_losses = "sum_of_losses"
# first_loss = "first_losses['loss']"
# weights = "list(WEIGHTS)"
# accuracy_total_only = "[float(a) for a in accuracy[0]]"
# accuracy_equal = "[float(a) for a in accuracy[1]]"
# accuracy_mean = "[float(a) for a in accuracy.mean(axis=1)]"
# error_mean = "[float(e) for e in error.mean(axis=1)]"
# accuracy_last = "[float(a) for a in accuracy[-1]]"
# error_last = "[float(e) for e in error[-1]]"
# error_ten = "[float(e) for e in error[min(2, len(error) - 1)]]"
# guess_error = "float(guess_error)"
# ///

# %% parameters
PAIRS = 10_000
TEST_PAIRS = 4_000
EPOCHS = 6
WEIGHTS = (0.0, 1.0, 10.0, 100.0, 1000.0)  # on the question "which is larger?"
SEEDS = (0, 1, 2)

# %% reader
import keras
import matplotlib.pyplot as plt
import numpy as np
from keras import layers


def build_reader():
    picture = keras.Input(shape=(784,), name="picture")
    hidden = layers.Dense(units=64, activation="relu", name="hidden")(picture)
    features = layers.Dense(units=32, activation="relu", name="features")(hidden)
    return keras.Model(inputs=picture, outputs=features, name="reader")


# %% graph
def build_model():
    reader = build_reader()
    left = keras.Input(shape=(784,), name="left")
    right = keras.Input(shape=(784,), name="right")
    both = layers.Concatenate(name="both")([reader(left), reader(right)])
    mixer = layers.Dense(units=64, activation="relu", name="mixer")(both)
    larger = layers.Dense(units=1, name="larger")(mixer)  # logit: is left larger?
    total = layers.Dense(units=1, name="total")(mixer)  # left + right
    return keras.Model(
        inputs={"left": left, "right": right},
        outputs={"larger": larger, "total": total},
    )


keras.utils.set_random_seed(0)
model = build_model()
parameters = model.count_params()
reader_parameters = model.get_layer("reader").count_params()
print("reader:", reader_parameters, " whole model:", parameters)


# %% edges
def tensors_in(value):
    """The symbolic tensors in the stored arguments of a call."""
    if isinstance(value, dict) and value.get("class_name") == "__keras_tensor__":
        return [value["config"]]
    parts = value.values() if isinstance(value, dict) else value
    if isinstance(value, (dict, list, tuple)):
        return [tensor for part in parts for tensor in tensors_in(part)]
    return []


edges = []  # (from layer, its call, to layer, its call, shape)
for layer in model.get_config()["layers"]:
    for call, node in enumerate(layer["inbound_nodes"]):
        for tensor in tensors_in(node["args"]):
            source, source_call, _ = tensor["keras_history"]
            edges.append((source, source_call, layer["name"], call, tensor["shape"]))
for source, source_call, target, call, shape in edges:
    print(f"{source:>7}, call {source_call} -> {target}, call {call}: {tuple(shape)}")

# %% picture
places = {
    ("left", 0): (0, 1),
    ("right", 0): (0, 0),
    ("reader", 0): (1, 1),
    ("reader", 1): (1, 0),
    ("both", 0): (2, 0.5),
    ("mixer", 0): (3, 0.5),
    ("larger", 0): (4, 1),
    ("total", 0): (4, 0),
}
kinds = {"left": "C0", "right": "C0", "reader": "C2", "larger": "C1", "total": "C1"}

figure, axes = plt.subplots(figsize=(7.2, 3.2))
for source, source_call, target, call, shape in edges:
    start, end = places[source, source_call], places[target, call]
    arrow = {"arrowstyle": "->", "color": "C6", "linewidth": 1.3}
    arrow |= {"shrinkA": 30, "shrinkB": 30}
    axes.annotate("", xy=end, xytext=start, arrowprops=arrow)
    middle = ((start[0] + end[0]) / 2, (start[1] + end[1]) / 2 + 0.06)
    axes.text(*middle, shape[-1], ha="center", va="bottom", color="C6")
for (name, call), place in places.items():
    layer = model.get_layer(name)
    count = f"\n{layer.count_params():,}" if layer.count_params() else ""
    color = kinds.get(name, "C6")
    box = {"boxstyle": "round,pad=0.5", "facecolor": "none"}
    box |= {"edgecolor": color, "linewidth": 1.5}
    axes.text(*place, name + count, ha="center", va="center", bbox=box)
axes.plot([1, 1], [0.27, 0.73], color="C2", linestyle=":", linewidth=1.5)
axes.text(0.95, 0.5, "one set\nof weights", color="C2", ha="right", va="center")
for place, text, color in ((0, "inputs", "C0"), (4, "outputs", "C1")):
    axes.text(place, 1.42, text, color=color, ha="center", weight="bold")
axes.text(2, 1.42, "numbers on arrows: features a picture", color="C6", ha="center")
axes.set(xlim=(-0.5, 4.5), ylim=(-0.35, 1.55))
axes.axis("off")
plt.show()

# %% data
(x_train, y_train), (x_test, y_test) = keras.datasets.mnist.load_data()


def make_pairs(pictures, digits, count, seed):
    chosen = np.random.default_rng(seed).integers(len(pictures), size=(2, count))
    left, right = (pictures[i].reshape(count, 784) / np.float32(255) for i in chosen)
    a, b = (digits[i].astype("float32")[:, np.newaxis] for i in chosen)
    inputs = {"left": left, "right": right}
    targets = {"larger": (a > b).astype("float32"), "total": a + b}
    return inputs, targets


train_x, train_y = make_pairs(x_train, y_train, PAIRS, seed=0)
test_x, test_y = make_pairs(x_test, y_test, TEST_PAIRS, seed=1)
print({name: array.shape for name, array in {**train_x, **train_y}.items()})
guess_error = np.abs(test_y["total"] - train_y["total"].mean()).mean()
print("left is larger:", f"{test_y['larger'].mean():.1%}")
print("error of always guessing the mean sum:", round(float(guess_error), 2))


# %% compile
def compile_model(model, larger_weight):
    model.compile(
        optimizer=keras.optimizers.Adam(learning_rate=0.001),
        loss={
            "larger": keras.losses.BinaryCrossentropy(from_logits=True),
            "total": "mse",
        },
        loss_weights={"larger": larger_weight, "total": 1.0},
        metrics={
            "larger": [keras.metrics.BinaryAccuracy(threshold=0.0, name="accuracy")],
            "total": ["mae"],
        },
    )


compile_model(model, larger_weight=100.0)
first_losses = model.evaluate(test_x, test_y, verbose=0, return_dict=True)
for name, value in first_losses.items():
    print(f"{name:16} {value:8.3f}")
sum_of_losses = 100 * first_losses["larger_loss"] + first_losses["total_loss"]
print("100 x larger_loss + total_loss =", round(sum_of_losses, 3))

# %% weights
accuracy = np.zeros((len(WEIGHTS), len(SEEDS)))
error = np.zeros((len(WEIGHTS), len(SEEDS)))
for row, larger_weight in enumerate(WEIGHTS):
    for column, seed in enumerate(SEEDS):
        keras.utils.set_random_seed(seed)
        model = build_model()
        compile_model(model, larger_weight)
        model.fit(train_x, train_y, batch_size=64, epochs=EPOCHS, verbose=0)
        scores = model.evaluate(test_x, test_y, verbose=0, return_dict=True)
        accuracy[row, column] = scores["larger_accuracy"]
        error[row, column] = scores["total_mae"]
    print(
        f"weight {larger_weight:6g}: which is larger {accuracy[row].mean():.1%},"
        f" error of the sum {error[row].mean():.2f}"
    )

# %% weights-figure
figure, (left_axes, right_axes) = plt.subplots(ncols=2)
positions = np.arange(len(WEIGHTS))
for axes, scores, label in (
    (left_axes, 100 * (1 - accuracy), "wrong on 'which is larger?' (%)"),
    (right_axes, error, "mean error of the sum (units)"),
):
    axes.plot(positions, scores, "o", color="C0", markersize=3, alpha=0.6)
    axes.plot(positions, scores.mean(axis=1), color="C0", linewidth=2.5)
    axes.set_xticks(positions, [f"{weight:g}" for weight in WEIGHTS])
    axes.set(xlabel="loss weight of 'larger' (of 'total': 1)", ylabel=label)
    axes.set_ylim(bottom=0)
plt.show()
