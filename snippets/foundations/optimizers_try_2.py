# /// script
# requires-python = ">=3.11"
# dependencies = ["tensorflow~=2.21.0"]
#
# [tool.book]
# title = "Lion, a sign and a momentum, as a Keras optimizer"
# sources = []
#
# [tool.book.smoke]
# STEPS = 20
# SEEDS = [0, 1]
#
# [tool.book.values]
# differences = "differences"
# moved = "moved"
# state_lion = "state_sizes['PlainLion']"
# state_adam = "state_sizes['Adam']"
# parameters = "model.count_params()"
# ///

# %% parameters
STEPS = 200
SEEDS = (0, 1, 2)

# %% optimizer
import keras
import numpy as np
from keras import ops


@keras.saving.register_keras_serializable(package="book")
class PlainLion(keras.optimizers.Optimizer):
    def __init__(self, learning_rate=0.001, beta_1=0.9, beta_2=0.99,
                 name="plain_lion", **kwargs):
        super().__init__(learning_rate=learning_rate, name=name, **kwargs)
        self.beta_1, self.beta_2 = beta_1, beta_2

    def build(self, variables):
        if self.built:
            return
        super().build(variables)
        self.averages = self.add_optimizer_variables(variables, "average")

    def update_step(self, gradient, variable, learning_rate):
        rate = ops.cast(learning_rate, variable.dtype)
        gradient = ops.cast(gradient, variable.dtype)
        m = self.averages[self._get_variable_index(variable)]
        direction = ops.sign(self.beta_1 * m + (1 - self.beta_1) * gradient)
        self.assign_sub(variable, rate * direction)
        self.assign(m, self.beta_2 * m + (1 - self.beta_2) * gradient)

    def get_config(self):
        config = super().get_config()
        config.update(beta_1=self.beta_1, beta_2=self.beta_2)
        return config


# %% compare
(x_train, y_train), _ = keras.datasets.boston_housing.load_data()
x_train = (x_train - x_train.mean(axis=0)) / x_train.std(axis=0)
keras.config.set_dtype_policy("float64")


def train(optimizer, seed):
    keras.utils.set_random_seed(seed)
    model = keras.Sequential([
        keras.Input(shape=(13,)),
        keras.layers.Dense(units=16, activation="tanh"),
        keras.layers.Dense(units=1),
    ])
    model.compile(optimizer=optimizer, loss="mse")
    start = np.concatenate([np.ravel(weight) for weight in model.get_weights()])
    model.fit(x_train, y_train[:, None], batch_size=len(x_train), epochs=STEPS,
              shuffle=False, verbose=0)
    end = np.concatenate([np.ravel(weight) for weight in model.get_weights()])
    return model, start, end


differences, moved = [], []
for seed in SEEDS:
    model, start, ours = train(PlainLion(learning_rate=0.01), seed)
    _, _, theirs = train(keras.optimizers.Lion(learning_rate=0.01), seed)
    differences.append(float(np.max(np.abs(ours - theirs))))
    moved.append(float(np.max(np.abs(ours - start))))
    print(f"seed {seed}: moved {moved[-1]:.2f}, differs by {differences[-1]:.1e}")

# %% state
state_sizes = {}
for optimizer in (PlainLion(), keras.optimizers.Adam()):
    optimizer.build(model.trainable_variables)
    sizes = [int(np.prod(variable.shape)) for variable in optimizer.variables]
    state_sizes[type(optimizer).__name__] = sum(sizes[2:])  # after step and rate
print(f"{model.count_params()} weights, numbers remembered: {state_sizes}")
