# /// script
# requires-python = ">=3.11"
# dependencies = ["tensorflow~=2.21.0", "matplotlib"]
#
# [tool.book]
# title = "Two epochs, a file, two epochs: equal to four only with the optimizer's state"
# sources = []
# marks = []
#
# [tool.book.smoke]
# TRAIN_IMAGES = 256
# TEST_IMAGES = 100
# SEEDS = [0]
#
# [tool.book.values]
# seeds = "len(SEEDS)"
# steps = "steps"
# whole_file = "[run['whole file'] for run in differences]"
# weights_only = "[run['weights only'] for run in differences]"
# built = "[run['weights, built'] for run in differences]"
# checkpoint = "[run['checkpoint'] for run in differences]"
# moved = "moved"
# iterations = "list(iterations.values())"
# first_step_straight = "[float(run['straight'].moves[2 * steps]) for run in logs]"
# first_step_lost = "[float(run['weights only'].moves[0]) for run in logs]"
# theory = "theory"
# jump = "[float(run['weights only'].losses[0]) for run in logs]"
# before = "[float(run['straight'].losses[2 * steps - 1]) for run in logs]"
# after = "[float(run['straight'].losses[2 * steps]) for run in logs]"
# final_straight = "[float(run['straight'].losses[-1]) for run in logs]"
# final_lost = "[float(run['weights only'].losses[-1]) for run in logs]"
# ///

# %% imports
import keras
import matplotlib.pyplot as plt
import numpy as np
import tensorflow as tf

tf.config.experimental.enable_op_determinism()

# %% parameters
TRAIN_IMAGES = 3_200
TEST_IMAGES = 500
SEEDS = (0, 1, 2)

# %% data
(x, y), (x_test, y_test) = keras.datasets.mnist.load_data()
x = x[:TRAIN_IMAGES].reshape(-1, 784).astype("float32") / 255
y = y[:TRAIN_IMAGES]
x_test = x_test[:TEST_IMAGES].reshape(-1, 784).astype("float32") / 255
y_test = y_test[:TEST_IMAGES]
steps = int(np.ceil(TRAIN_IMAGES / 64))


# %% model
def build_model(seed):
    keras.utils.set_random_seed(seed)
    model = keras.Sequential([
        keras.Input(shape=(784,)),
        keras.layers.Dense(units=64, activation="relu"),
        keras.layers.Dense(units=64, activation="relu"),
        keras.layers.Dense(units=10, activation="softmax"),
    ])
    model.compile(optimizer="rmsprop", loss="sparse_categorical_crossentropy")
    return model


# %% log
class Log(keras.callbacks.Callback):
    """After each update: how far a typical weight moved, and the test loss."""

    def __init__(self):
        super().__init__()
        self.moves, self.losses = [], []

    def on_train_begin(self, logs=None):
        self.weights = self.model.get_weights()

    def on_train_batch_end(self, batch, logs=None):
        old, self.weights = self.weights, self.model.get_weights()
        moves = np.concatenate([
            np.abs(a - b).ravel() for a, b in zip(self.weights, old)
        ])
        self.moves.append(np.median(moves[moves > 0]))  # no gradient, no move
        probabilities = self.model(x_test).numpy()[np.arange(len(y_test)), y_test]
        self.losses.append(-np.log(probabilities + 1e-7).mean())


# %% train
def train(model, epochs, log):
    """The order of the rows depends on the number of the epoch, on nothing else."""
    for epoch in epochs:
        order = np.random.default_rng(epoch).permutation(len(x))
        model.fit(x[order], y[order], batch_size=64, shuffle=False, verbose=0,
                  callbacks=[log])
    return model


# %% restore
def whole_file(seed):
    return keras.models.load_model("half.keras")


def weights_only(seed):
    model = build_model(seed + 100)
    model.load_weights("half.weights.h5")
    return model


def weights_built(seed):
    model = build_model(seed + 100)
    model.optimizer.build(model.trainable_variables)
    model.load_weights("half.weights.h5")
    return model


def checkpoint(seed):
    model = build_model(seed + 100)
    model.optimizer.build(model.trainable_variables)
    state = tf.train.Checkpoint(model=model, optimizer=model.optimizer)
    state.read("half").assert_consumed()
    return model


ways = {
    "whole file": whole_file, "weights only": weights_only,
    "weights, built": weights_built, "checkpoint": checkpoint,
}

# %% compare
differences, logs, iterations, moved = [], [], {}, []
for seed in SEEDS:
    log = {"straight": Log()}
    straight = train(build_model(seed), range(4), log["straight"])
    moved.append(float(np.abs(straight.get_weights()[0]
                              - build_model(seed).get_weights()[0]).max()))

    half = train(build_model(seed), range(2), Log())
    half.save("half.keras")
    half.save_weights("half.weights.h5")
    tf.train.Checkpoint(model=half, optimizer=half.optimizer).write("half")

    difference = {}
    for way, restore in ways.items():
        log[way] = Log()
        resumed = restore(seed)
        iterations[way] = int(resumed.optimizer.iterations)
        train(resumed, range(2, 4), log[way])
        difference[way] = max(
            float(np.abs(a - b).max())
            for a, b in zip(resumed.get_weights(), straight.get_weights())
        )
    differences.append(difference)
    logs.append(log)

for way in ways:
    worst = max(difference[way] for difference in differences)
    print(f"{way:14s} updates counted {iterations[way]:3d}, "
          f"largest difference after four epochs {worst:.4f}")

# %% theory
theory = 0.001 / np.sqrt(1 - 0.9)
print(f"by the formula {theory:.6f}")
for seed, log in zip(SEEDS, logs):
    resumed, lost = log["straight"].moves[2 * steps], log["weights only"].moves[0]
    print(f"seed {seed}: with its state {resumed:.6f}, without {lost:.6f}")

# %% figure
figure, (left, right) = plt.subplots(ncols=2, figsize=(7.2, 3.2))
near = np.arange(-12, 25)
for log in logs:
    for panel, field in [(left, "moves"), (right, "losses")]:
        whole = np.array(getattr(log["straight"], field))
        lost = np.array(getattr(log["weights only"], field))
        inside = (near + 2 * steps >= 0) & (near + 2 * steps < len(whole))
        panel.plot(near[inside], whole[near[inside] + 2 * steps], color="C0", lw=0.8)
        panel.plot(np.arange(len(lost[:25])), lost[:25], color="C1", lw=0.8)
        file = np.array(getattr(log["whole file"], field))[:25:3]
        panel.plot(np.arange(len(file)) * 3, file, "o", mfc="none", ms=4, color="C2")
for panel in (left, right):
    panel.axvline(-0.5, linestyle=":", color="C6")
    panel.set_xlabel("updates since the file was read")
left.set_ylabel("median move of a weight")
right.set_ylabel("test loss")
left.plot([], [], color="C0", label="never interrupted")
left.plot([], [], "o", mfc="none", color="C2", label="from model.keras")
left.plot([], [], color="C1", label="state of the optimizer lost")
figure.legend(loc="outside upper center", ncols=3)
plt.show()
