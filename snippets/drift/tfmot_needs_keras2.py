# /// script
# requires-python = ">=3.11"
# dependencies = [
#   "tensorflow~=2.21.0",
#   "tf-keras~=2.21.0",
#   "tensorflow-model-optimization~=0.8.1",
# ]
#
# [tool.book]
# title = "Model Optimization knows models of Keras 2 only"
#
# [tool.book.values]
# error = "error"
# works = "float(distinct)"
# ///

# %% data
import tensorflow as tf
import tensorflow_model_optimization as tfmot
import tf_keras

cluster_weights = tfmot.clustering.keras.cluster_weights
strip_clustering = tfmot.clustering.keras.strip_clustering
settings = {
    "number_of_clusters": 4,
    "cluster_centroids_init": tfmot.clustering.keras.CentroidInitialization.LINEAR,
}


def small_model(keras):
    keras.utils.set_random_seed(0)
    return keras.Sequential([keras.Input(shape=(8,)), keras.layers.Dense(units=8)])


# %% old
import keras

clustered = cluster_weights(small_model(keras), **settings)
try:
    clustered.compile(optimizer="adam", loss="mse")
except AttributeError as problem:
    error = f"{type(problem).__name__}: {problem}"
print(error)

# %% new
clustered = cluster_weights(small_model(tf_keras), **settings)
clustered.compile(optimizer="adam", loss="mse")
kernel = strip_clustering(clustered).layers[0].kernel
distinct = len(tf.unique(tf.reshape(kernel, shape=[-1]))[0])
print(f"{tf.size(kernel)} weights, {distinct} distinct values")
