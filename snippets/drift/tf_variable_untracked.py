# /// script
# requires-python = ">=3.11"
# dependencies = [
#   "keras~=3.15.1",
#   "tf-keras~=2.21.0",
#   "tensorflow~=2.21.0",
#   "numpy~=2.4.6",
# ]
#
# [tool.book]
# title = "A tf.Variable on a Keras model is not a weight: nothing trains"
#
# [tool.book.values]
# error = "f'no exception: model.variables is {untracked.variables}'"
# old_variables = "float(len(untracked.variables))"
# loss_first_old = "losses_old[0]"
# loss_last_old = "losses_old[-1]"
# loss_first_keras2 = "losses_keras2[0]"
# loss_last_keras2 = "losses_keras2[-1]"
# loss_first_new = "losses_new[0]"
# loss_last_new = "losses_new[-1]"
# works = "losses_new[-1] / losses_new[0]"
# ///

# %% parameters
STEPS = 300

# %% data
import keras
import tensorflow as tf
import tf_keras

keras.utils.set_random_seed(0)
inputs = tf.random.uniform(shape=(32, 5))
targets = inputs @ tf.constant([[0.0], [1.0], [2.0], [3.0], [4.0]])  # (32, 1)


def train(model, rate=0.05):
    losses = []
    for _ in range(STEPS):
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean(tf.square(targets - model(inputs)))
        losses.append(float(loss))
        gradients = tape.gradient(loss, model.trainable_variables)
        for variable, gradient in zip(model.trainable_variables, gradients):
            variable.assign(variable - rate * gradient)
    return losses


def report(model, losses):
    print(f"{len(model.variables)} variables, loss {losses[0]:.4f} -> {losses[-1]:.4f}")


# %% old
class Untracked(keras.Model):
    def __init__(self):
        super().__init__()
        self.kernel = tf.Variable(tf.zeros((5, 1)))

    def call(self, inputs):
        return inputs @ self.kernel


untracked = Untracked()
losses_old = train(untracked)
report(untracked, losses_old)

# %% then
class Keras2Model(tf_keras.Model):
    def __init__(self):
        super().__init__()
        self.kernel = tf.Variable(tf.zeros((5, 1)))

    def call(self, inputs):
        return inputs @ self.kernel


keras2 = Keras2Model()
losses_keras2 = train(keras2)
report(keras2, losses_keras2)

# %% new
class Tracked(keras.Model):
    def __init__(self):
        super().__init__()
        self.kernel = self.add_weight(shape=(5, 1), initializer="zeros", name="kernel")

    def call(self, inputs):
        return keras.ops.matmul(inputs, self.kernel)


tracked = Tracked()
losses_new = train(tracked)
report(tracked, losses_new)
