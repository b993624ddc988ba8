# /// script
# requires-python = ">=3.11"
# dependencies = ["tensorflow~=2.21.0"]
#
# [tool.book]
# title = "What no file of a model holds: dropout's dice, the place in the data, Python"
# sources = []
# marks = []
#
# [tool.book.smoke]
# TRAIN_IMAGES = 256
# SEEDS = [0]
#
# [tool.book.values]
# seeds = "len(SEEDS)"
# saved_counter = "saved_counter"
# loaded_counter = "loaded_counter"
# without = "without"
# with_dice = "with_dice"
# same_orders = "same_orders"
# resumed_epoch = "resumed_epoch"
# message = "message"
# ///

# %% imports
import keras
import numpy as np
import tensorflow as tf

tf.config.experimental.enable_op_determinism()

# %% parameters
TRAIN_IMAGES = 3_200
SEEDS = (0, 1, 2)

# %% data
(x, y), _ = keras.datasets.mnist.load_data()
x = x[:TRAIN_IMAGES].reshape(-1, 784).astype("float32") / 255
y = y[:TRAIN_IMAGES]


def train(model, epochs):
    for epoch in epochs:
        order = np.random.default_rng(epoch).permutation(len(x))
        model.fit(x[order], y[order], batch_size=64, shuffle=False, verbose=0)
    return model


def build_model(seed):
    keras.utils.set_random_seed(seed)
    model = keras.Sequential([
        keras.Input(shape=(784,)),
        keras.layers.Dense(units=64, activation="relu"),
        keras.layers.Dropout(rate=0.3),
        keras.layers.Dense(units=10, activation="softmax"),
    ])
    model.compile(optimizer="rmsprop", loss="sparse_categorical_crossentropy")
    return model


# %% dice
def dice(model):
    """The state of each layer's random numbers: a seed and a counter."""
    return [
        layer.seed_generator.state
        for layer in model.layers if hasattr(layer, "seed_generator")
    ]


def difference(one, other):
    pairs = zip(one.get_weights(), other.get_weights())
    # weights are numbers of type float32; the dice are whole numbers
    return max(float(np.abs(a - b).max()) for a, b in pairs if a.dtype == "float32")


without, with_dice = [], []
for seed in SEEDS:
    straight = train(build_model(seed), range(4))
    half = train(build_model(seed), range(2))
    half.save("half.keras")
    np.savez("dice.npz", *dice(half))

    resumed = keras.models.load_model("half.keras")
    saved_counter, loaded_counter = int(dice(half)[0][1]), int(dice(resumed)[0][1])
    without.append(difference(train(resumed, range(2, 4)), straight))

    resumed = keras.models.load_model("half.keras")
    for state, value in zip(dice(resumed), np.load("dice.npz").values()):
        state.assign(value)
    with_dice.append(difference(train(resumed, range(2, 4)), straight))

print("rolls counted: in the model", saved_counter, "and after loading", loaded_counter)
print("resumed from the file:", [f"{value:.4f}" for value in without])
print("and with its dice:", [f"{value:.4f}" for value in with_dice])

# %% place
rows = tf.data.Dataset.range(8).shuffle(buffer_size=8, seed=0)
orders = [list(map(int, rows.as_numpy_iterator())) for _ in range(4)]
again = tf.data.Dataset.range(8).shuffle(buffer_size=8, seed=0)  # a new process
first_after = list(map(int, again.as_numpy_iterator()))
resumed_epoch = orders.index(first_after) + 1
for epoch, order in enumerate(orders, start=1):
    print("epoch", epoch, order)
print("resumed", first_after)


# %% fit-order
class Recorder(keras.Model):
    """Learns nothing, notes which rows it is given."""

    def __init__(self):
        super().__init__()
        self.weight = self.add_weight(shape=(), initializer="ones")
        self.seen = []

    def call(self, inputs):
        return self.weight * inputs

    def train_step(self, data):
        self.seen += [int(value) for value in data[0].numpy().ravel()]
        return {"loss": 0.0}


keras.utils.set_random_seed(0)
recorder = Recorder()
recorder.compile(run_eagerly=True)
numbers = np.arange(8.0)[:, np.newaxis]
recorder.fit(numbers, numbers, batch_size=4, epochs=3, shuffle=True, verbose=0)
epochs = np.reshape(recorder.seen, (3, 8))
same_orders = int((epochs == epochs[0]).all(axis=1).sum())
print(epochs)

# %% lambda
halve = keras.Sequential([
    keras.Input(shape=(3,)), keras.layers.Lambda(lambda inputs: inputs / 2)
])
halve.save("lambda.keras")
try:
    keras.models.load_model("lambda.keras")
except ValueError as error:
    message = str(error).split(". ")[0]
    print(type(error).__name__, *str(error).split(". ")[:2], sep=":\n")
