# /// script
# requires-python = ">=3.11"
# dependencies = ["tensorflow~=2.21.0"]
#
# [tool.book]
# title = "The Keras of 2018 on Keras 3: layers, three kinds of model, compile, fit, evaluate"
# sources = [
#     "kth-keras-import", "kth-keras-layers-idea", "kth-keras-dense-parameters",
#     "kth-keras-models-idea", "kth-keras-sequential", "kth-keras-functional",
#     "kth-keras-compile-fit", "kth-keras-evaluate-predict",
# ]
#
# [tool.book.smoke]
# SEEDS = [0]
# EPOCHS = 2
#
# [tool.book.values]
# epochs = "EPOCHS"
# penalty = "penalty"
# penalty_by_hand = "penalty_by_hand"
# unbuilt = "unbuilt"
# parameters = "parameters"
# gap = "gap"
# mse_accuracy = "accuracies['mse']"
# entropy_accuracy = "accuracies['sparse_categorical_crossentropy']"
# predicted = "list(predicted.shape)"
# ///

# %% parameters
EPOCHS = 10
SEEDS = (0, 1, 2)

# %% dense
import numpy as np
import tensorflow as tf
from tensorflow.keras import layers

tf.keras.utils.set_random_seed(0)
dense = layers.Dense(
    units=64,
    activation=tf.sigmoid,
    kernel_regularizer=tf.keras.regularizers.l1(0.01),
    bias_initializer=tf.keras.initializers.constant(2.0),
)
outputs = dense(np.ones((1, 32), dtype="float32"))
penalty = float(dense.losses[0])
penalty_by_hand = 0.01 * float(tf.reduce_sum(tf.abs(dense.kernel)))
print("bias", dense.bias.numpy()[:3])
print(f"penalty {penalty:.3f}, by hand {penalty_by_hand:.3f}")

# %% sequential
sequential = tf.keras.Sequential()
sequential.add(layers.Dense(units=64, activation="relu"))
sequential.add(layers.Dense(units=64, activation="relu"))
sequential.add(layers.Dense(units=10, activation="softmax"))
unbuilt = len(sequential.weights)
sequential.build((None, 32))
print("weights before", unbuilt, "and after build", len(sequential.weights))

# %% functional
inputs = tf.keras.Input(shape=(32,))
x = layers.Dense(units=64, activation="relu")(inputs)
x = layers.Dense(units=64, activation="relu")(x)
predictions = layers.Dense(units=10, activation="softmax")(x)
functional = tf.keras.Model(inputs=inputs, outputs=predictions)


# %% subclass
class Network(tf.keras.Model):
    def __init__(self):
        super().__init__()
        self.hidden = [layers.Dense(units=64, activation="relu") for _ in range(2)]
        self.out = layers.Dense(units=10, activation="softmax")

    def call(self, x):
        for layer in self.hidden:
            x = layer(x)
        return self.out(x)


subclassed = Network()
subclassed(np.zeros((1, 32), dtype="float32"))
for model in (functional, subclassed):
    model.set_weights(sequential.get_weights())
batch = np.random.default_rng(0).normal(size=(8, 32)).astype("float32")
answers = [model(batch).numpy() for model in (sequential, functional, subclassed)]
gap = float(max(np.abs(answer - answers[0]).max() for answer in answers))
parameters = [model.count_params() for model in (sequential, functional, subclassed)]
assert gap < 1e-6
print("parameters", parameters)

# %% old-optimizer
old = tf.compat.v1.train.GradientDescentOptimizer(0.001)
try:
    functional.compile(optimizer=old, loss="mse", metrics=["mae"])
except ValueError as error:
    print(type(error).__name__, str(error).split(":")[0], sep=": ")

# %% data
generator = np.random.default_rng(0)
features = generator.normal(size=(4000, 32)).astype("float32")
labels = np.argmax(features @ generator.normal(size=(32, 10)), axis=1)
train_x, test_x = features[:3000], features[3000:]
train_y, test_y = labels[:3000], labels[3000:]

# %% fit
accuracies = {"mse": [], "sparse_categorical_crossentropy": []}
for loss, reached in accuracies.items():
    one_hot = loss == "mse"
    for seed in SEEDS:
        tf.keras.utils.set_random_seed(seed)
        model = tf.keras.models.clone_model(functional)
        model.compile(optimizer=tf.keras.optimizers.SGD(learning_rate=0.05), loss=loss)
        fitting = np.eye(10)[train_y] if one_hot else train_y
        model.fit(train_x, fitting, epochs=EPOCHS, batch_size=32, verbose=0)
        predicted = model.predict(test_x, batch_size=32, verbose=0)
        reached.append(float(np.mean(predicted.argmax(axis=1) == test_y)))
    print(f"{loss:32s}", [f"{value:.3f}" for value in reached])
print("evaluate:", f"{model.evaluate(test_x, test_y, batch_size=32, verbose=0):.3f}")
