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
# title = "A critic frozen after compile() used to learn; now it never does"
#
# [tool.book.values]
# error = "error"
# moved_old = "float(moved_old)"
# moved_keras2 = "float(moved_keras2)"
# loss_first_old = "float(losses_old[0])"
# loss_last_old = "float(losses_old[-1])"
# loss_first_new = "float(losses_new[0])"
# loss_last_new = "float(losses_new[-1])"
# works = "float(moved_new)"
# ///

# %% gan
import warnings

import keras
import numpy as np
import tf_keras

generator = np.random.default_rng(seed=0)
samples = generator.normal(size=(64, 2)).astype("float32")
labels = (samples[:, :1] > 0).astype("float32")  # real or generated: (64, 1)


def critic_of_a_gan(keras):
    keras.utils.set_random_seed(0)
    critic = keras.Sequential([keras.Input(shape=(2,)), keras.layers.Dense(units=1)])
    critic.compile(optimizer=keras.optimizers.SGD(learning_rate=0.1), loss="mse")
    critic.trainable = False  # for the combined model only: so the listings meant it
    noise = keras.Input(shape=(2,))
    gan = keras.Model(inputs=noise, outputs=critic(keras.layers.Dense(units=2)(noise)))
    gan.compile(optimizer="sgd", loss="mse")
    return critic


def train(critic, steps=20):
    before = critic.get_weights()[0]
    losses = [critic.train_on_batch(samples, labels) for _ in range(steps)]
    return np.abs(critic.get_weights()[0] - before).max(), losses


def report(moved, losses):
    print(f"weights moved by {moved:.3f}; loss {losses[0]:.3f} -> {losses[-1]:.3f}")


# %% old
with warnings.catch_warnings(record=True) as caught:
    warnings.simplefilter("always")
    moved_old, losses_old = train(critic_of_a_gan(keras))
error = f"no exception; {caught[0].category.__name__}: {caught[0].message}"
print(error)
report(moved_old, losses_old)

# %% then
moved_keras2, losses_keras2 = train(critic_of_a_gan(tf_keras))
report(moved_keras2, losses_keras2)

# %% new
critic = critic_of_a_gan(keras)
critic.trainable = True  # before the critic's turn
moved_new, losses_new = train(critic)
critic.trainable = False  # before the generator's turn
report(moved_new, losses_new)
