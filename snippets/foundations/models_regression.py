# /// script
# requires-python = ">=3.11"
# dependencies = ["tensorflow~=2.21.0", "keras~=3.15.1", "numpy~=2.4.6"]
#
# [tool.book]
# title = "From a plain class to a Keras model, and a step that trains the wrong one"
# sources = [
#     "zt-ch3-setup", "zt-ch3-model-as-plain-class", "zt-ch3-keras-model-subclass",
#     "zt-ch3-summary-and-evaluate", "zt-ch3-fit", "zt-ch3-stale-trace",
#     "zt-ch3-question-what-went-wrong", "zt-ch3-model-as-argument",
# ]
#
# [tool.book.smoke]
# STEPS = 5
# LONG = 5
# EPOCHS = 2
#
# [tool.book.values]
# steps = "STEPS"
# long = "LONG"
# epochs = "EPOCHS"
# plain_loss = "plain_loss"
# keras_loss = "keras_loss"
# parameters = "parameters"
# default_optimizer = "default_optimizer"
# summary_returns = "repr(nothing)"
# evaluated = "evaluated"
# fit_losses = "fit_losses"
# stale_bias = "stale_bias"
# new_moved = "new_moved"
# old_before = "old_before"
# old_after = "old_after"
# stale_traces = "stale_traces"
# argument_traces = "argument_traces"
# final_bias = "final_bias"
# final_losses = "final_losses"
# ///

# %% parameters
STEPS = 1001
LONG = 5001
EPOCHS = 101

# %% data
import keras
import numpy as np
import tensorflow as tf

keras.utils.set_random_seed(42)
true_weights = tf.range(5, dtype=tf.float32)[:, tf.newaxis]  # (5, 1)
x = tf.random.uniform(shape=(32, 5))
y = x @ true_weights  # (32, 1)


# %% plain-class
class PlainRegression:
    def __init__(self, features):
        self.kernel = tf.Variable(tf.random.uniform((features, 1)))

    def __call__(self, inputs):
        return inputs @ self.kernel


model = PlainRegression(5)


@tf.function
def plain_step():
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean(tf.square(y - model(x)))
    model.kernel.assign_sub(0.05 * tape.gradient(loss, model.kernel))
    return loss


for _ in range(STEPS):
    plain_loss = float(plain_step())
print(f"loss {plain_loss:.1e}", model.kernel.numpy().ravel().round(3))


# %% keras-model
class Regression(keras.Model):
    def __init__(self, features):
        super().__init__()
        self.kernel = self.add_weight(shape=(features, 1), initializer="uniform")

    def call(self, inputs):
        return inputs @ self.kernel


model = Regression(5)


@tf.function
def train_step():
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean(tf.square(y - model(x)))
    gradients = tape.gradient(loss, model.trainable_variables)
    for variable, gradient in zip(model.trainable_variables, gradients):
        variable.assign_sub(0.05 * gradient)
    return loss


for _ in range(STEPS):
    keras_loss = float(train_step())
print(f"loss {keras_loss:.1e}", model.variables[0].path, model.variables[0].shape)

# %% summary
nothing = model.summary(line_length=60)
parameters = model.count_params()
print("summary() returns", nothing)

# %% evaluate
model.compile(loss="mse", metrics=["mae"])
default_optimizer = type(model.optimizer).__name__
evaluated = [float(value) for value in model.evaluate(x, y, verbose=0)]
print(default_optimizer, [f"{value:.1e}" for value in evaluated])

# %% fit
fitted = Regression(5)
fitted.compile(optimizer=keras.optimizers.SGD(learning_rate=0.05), loss="mse")
history = fitted.fit(x, y, batch_size=32, epochs=EPOCHS, verbose=0)
fit_losses = [float(loss) for loss in history.history["loss"][::20]]
print([f"{loss:.4f}" for loss in fit_losses])


# %% another-model
class BiasedRegression(keras.Model):
    def __init__(self, features):
        super().__init__()
        self.kernel = self.add_weight(shape=(features, 1), initializer="uniform")
        self.bias = self.add_weight(
            shape=(1,), initializer=keras.initializers.Constant(100.0)
        )

    def call(self, inputs):
        return inputs @ self.kernel + self.bias


old_model, model = model, BiasedRegression(5)
kernel_before = model.kernel.numpy()
old_before = float(tf.reduce_mean(tf.square(y - old_model(x))))
for _ in range(STEPS):
    train_step()

# %% what-moved
stale_bias = float(model.bias[0])
new_moved = float(np.abs(model.kernel.numpy() - kernel_before).max())
old_after = float(tf.reduce_mean(tf.square(y - old_model(x))))
stale_traces = train_step.experimental_get_tracing_count()
print("bias of the new model:", stale_bias)
print("its kernel moved by:  ", new_moved)
print(f"loss of the OLD model: {old_before:.1e} -> {old_after:.1e}")


# %% model-as-argument
@tf.function
def train_step(model):
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean(tf.square(y - model(x)))
    gradients = tape.gradient(loss, model.trainable_variables)
    for variable, gradient in zip(model.trainable_variables, gradients):
        variable.assign_sub(0.05 * gradient)
    return loss


final_losses = []
for fresh, steps in ((Regression(5), STEPS), (BiasedRegression(5), LONG)):
    for _ in range(steps):
        loss = train_step(fresh)
    final_losses.append(float(loss))
final_bias = float(fresh.bias[0])
argument_traces = train_step.experimental_get_tracing_count()
print("losses", [f"{loss:.1e}" for loss in final_losses], f"bias {final_bias:.4f}")
print("graphs", argument_traces)
