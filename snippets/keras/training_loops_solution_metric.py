# /// script
# requires-python = ">=3.11"
# dependencies = ["tensorflow~=2.21.0"]
#
# [tool.book]
# title = "Solution: a metric of one's own, the accuracy on the worst class"
# sources = []
# marks = []
#
# [tool.book.smoke]
# TRAIN_IMAGES = 500
#
# [tool.book.values]
# by_metric = "by_metric"
# by_numpy = "float(by_numpy)"
# by_batch = "by_batch"
# accuracy = "float(accuracy)"
# worst_digit = "int(worst_digit)"
# ///

# %% imports
import keras
import numpy as np
import tensorflow as tf

# %% parameters
TRAIN_IMAGES = 5_000
SEED = 0


# %% metric
class WorstClassAccuracy(keras.metrics.Metric):
    def __init__(self, classes, name="worst_class_accuracy"):
        super().__init__(name=name)
        self.right = self.add_variable(shape=(classes,), initializer="zeros")
        self.seen = self.add_variable(shape=(classes,), initializer="zeros")

    def update_state(self, y_true, y_pred, sample_weight=None):
        labels = tf.cast(tf.reshape(y_true, [-1]), tf.int32)
        answers = tf.argmax(y_pred, axis=-1, output_type=tf.int32)
        rows = tf.one_hot(labels, depth=self.seen.shape[0])  # (batch, classes)
        hits = tf.cast(labels == answers, tf.float32)[:, tf.newaxis]
        self.seen.assign_add(tf.reduce_sum(rows, axis=0))
        self.right.assign_add(tf.reduce_sum(rows * hits, axis=0))

    def result(self):
        share = tf.math.divide_no_nan(self.right, self.seen)
        return tf.reduce_min(tf.where(self.seen > 0, share, 1.0))  # unseen: no verdict


# %% train
(x, y), (x_test, y_test) = keras.datasets.mnist.load_data()
x, x_test = x.astype("float32") / 255.0, x_test.astype("float32") / 255.0
keras.utils.set_random_seed(SEED)
model = keras.Sequential([
    keras.Input(shape=(28, 28)),
    keras.layers.Flatten(),
    keras.layers.Dense(units=10),
])
model.compile(
    loss=keras.losses.SparseCategoricalCrossentropy(from_logits=True),
    optimizer="adam",
    metrics=[WorstClassAccuracy(classes=10)],
)
model.fit(x[:TRAIN_IMAGES], y[:TRAIN_IMAGES], epochs=3, verbose=0)

# %% compare
by_metric = model.evaluate(x_test, y_test, verbose=0, return_dict=True)
by_metric = by_metric["worst_class_accuracy"]

right = model.predict(x_test, verbose=0).argmax(axis=1) == y_test
accuracy = right.mean()
by_class = np.array([right[y_test == digit].mean() for digit in range(10)])
by_numpy, worst_digit = by_class.min(), by_class.argmin()

metric = WorstClassAccuracy(classes=10)
batch_results = []
for start in range(0, len(x_test), 32):
    images, labels = x_test[start : start + 32], y_test[start : start + 32]
    metric.reset_state()
    metric.update_state(labels, model(images))
    batch_results.append(float(metric.result()))
by_batch = float(np.mean(batch_results))

print(f"all digits {accuracy:.4f}, worst digit {worst_digit}: {by_numpy:.4f}")
print(f"metric in evaluate        {by_metric:.4f}")
print(f"mean of batchwise results {by_batch:.4f}")
