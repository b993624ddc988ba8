# /// script
# requires-python = ">=3.11"
# dependencies = ["tensorflow~=2.21.0"]
#
# [tool.book]
# title = "Adam as a Keras 3 optimizer of your own: trained with fit, saved, restored"
# sources = ["zt-ch4-adam-as-keras-optimizer", "mtf-ch03-optimizer-list"]
#
# [tool.book.smoke]
# EPOCHS = 2
# SEEDS = [0, 1]
#
# [tool.book.values]
# same_as_keras = "differences"
# moved = "moved"
# epochs = "EPOCHS"
# state_names = "state_names"
# resumed_difference = "resumed"
# forgotten_difference = "forgotten"
# iterations_restored = "iterations"
# optimizers_in_keras = "available"
# optimizer_count = "len(available)"
# config_keys = "sorted(config)"
# ///

# %% parameters
EPOCHS = 20
SEEDS = (0, 1, 2)

# %% optimizer
import textwrap

import keras
import numpy as np
from keras import ops


@keras.saving.register_keras_serializable(package="book")
class PlainAdam(keras.optimizers.Optimizer):
    def __init__(self, learning_rate=0.001, beta_1=0.9, beta_2=0.999,
                 epsilon=1e-7, name="plain_adam", **kwargs):
        super().__init__(learning_rate=learning_rate, name=name, **kwargs)
        self.beta_1, self.beta_2, self.epsilon = beta_1, beta_2, epsilon

    def build(self, variables):
        if self.built:
            return
        super().build(variables)
        self.first, self.second = self.add_optimizer_variables(
            variables, ["first_moment", "second_moment"]
        )

    def update_step(self, gradient, variable, learning_rate):
        dtype = variable.dtype
        rate, gradient = ops.cast(learning_rate, dtype), ops.cast(gradient, dtype)
        step = ops.cast(self.iterations + 1, dtype)
        place = self._get_variable_index(variable)
        m, v = self.first[place], self.second[place]
        self.assign(m, self.beta_1 * m + (1 - self.beta_1) * gradient)
        self.assign(v, self.beta_2 * v + (1 - self.beta_2) * ops.square(gradient))
        beta_1, beta_2 = ops.cast(self.beta_1, dtype), ops.cast(self.beta_2, dtype)
        correction = ops.sqrt(1 - ops.power(beta_2, step)) / (
            1 - ops.power(beta_1, step)
        )
        self.assign_sub(variable, rate * correction * m / (ops.sqrt(v) + self.epsilon))

    def get_config(self):
        config = super().get_config()
        config.update(beta_1=self.beta_1, beta_2=self.beta_2, epsilon=self.epsilon)
        return config


# %% data
(x_train, y_train), _ = keras.datasets.boston_housing.load_data()
x_train = (x_train - x_train.mean(axis=0)) / x_train.std(axis=0)
y_train = y_train[:, None]
keras.config.set_floatx("float64")  # so that rounding cannot hide a mistake
keras.config.set_dtype_policy("float64")


def build_model(seed, optimizer):
    keras.utils.set_random_seed(seed)
    model = keras.Sequential([
        keras.Input(shape=(13,)),
        keras.layers.Dense(units=16, activation="relu"),
        keras.layers.Dense(units=1),
    ])
    model.compile(optimizer=optimizer, loss="mse")
    return model


def weights_of(model):
    return np.concatenate([np.ravel(weight) for weight in model.get_weights()])


# %% same-as-keras
differences, moved = [], []
for seed in SEEDS:
    ours = build_model(seed, PlainAdam(learning_rate=0.01))
    theirs = build_model(seed, keras.optimizers.Adam(learning_rate=0.01))
    start = weights_of(ours)
    for model in (ours, theirs):
        keras.utils.set_random_seed(seed)  # the same order of batches
        model.fit(x_train, y_train, batch_size=32, epochs=EPOCHS, verbose=0)
    differences.append(float(np.max(np.abs(weights_of(ours) - weights_of(theirs)))))
    moved.append(float(np.max(np.abs(weights_of(ours) - start))))
    print(f"seed {seed}: moved {moved[-1]:.2f}, differs by {differences[-1]:.1e}")

# %% state
config = ours.optimizer.get_config()
state_names = [variable.path for variable in ours.optimizer.variables]
print(*state_names, sep="\n")

# %% save
ours.save("model.keras")
restored = keras.models.load_model("model.keras")
iterations = int(restored.optimizer.iterations.numpy())
print(type(restored.optimizer).__name__, "after", iterations, "steps")


# %% go-on
def go_on(model):
    model.fit(x_train, y_train, batch_size=32, epochs=1, shuffle=False, verbose=0)
    return weights_of(model)


forgetful = keras.models.load_model("model.keras")
forgetful.compile(optimizer=PlainAdam(learning_rate=0.01), loss="mse")  # new state
never_saved = go_on(ours)
resumed = float(np.max(np.abs(go_on(restored) - never_saved)))
forgotten = float(np.max(np.abs(go_on(forgetful) - never_saved)))
print(f"restored with its state: differs by {resumed:.1e}")
print(f"weights only:            differs by {forgotten:.1e}")

# %% available
available = sorted(
    name for name, item in vars(keras.optimizers).items()
    if isinstance(item, type) and issubclass(item, keras.optimizers.Optimizer)
    and item is not keras.optimizers.Optimizer
)
print(len(available), "optimizers:")
print(textwrap.fill(", ".join(available), width=70))
