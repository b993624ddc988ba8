# /// script
# requires-python = ">=3.11"
# dependencies = ["tensorflow~=2.21.0", "keras~=3.15.1"]
#
# [tool.book]
# title = "Layers of every day: shape in, shape out, weights, with the formula checked"
# sources = ["zt-ch3-promised-layer-survey"]
#
# [tool.book.values]
# names = "[row[0] for row in rows]"
# weights = "[row[3] for row in rows]"
# formulas = "[row[4] for row in rows]"
# ///

# %% survey
import keras
from keras import layers

image, series = (28, 28, 3), (20, 6)
table = [  # layer, input, weights by formula
    (layers.Dense(units=4), (6,), 6 * 4 + 4),
    (layers.Embedding(input_dim=1000, output_dim=8), (20,), 1000 * 8),
    (layers.Conv1D(filters=4, kernel_size=3), series, 3 * 6 * 4 + 4),
    (layers.Conv2D(filters=8, kernel_size=3), image, 3 * 3 * 3 * 8 + 8),
    (layers.DepthwiseConv2D(kernel_size=3), image, 3 * 3 * 3 + 3),
    (layers.SeparableConv2D(filters=8, kernel_size=3), image, 3 * 3 * 3 + 3 * 8 + 8),
    (layers.Conv2DTranspose(filters=8, kernel_size=3), image, 3 * 3 * 8 * 3 + 8),
    (layers.MaxPooling2D(pool_size=2), image, 0),
    (layers.GlobalAveragePooling2D(), image, 0),
    (layers.UpSampling2D(size=2), image, 0),
    (layers.Flatten(), image, 0),
    (layers.Reshape(target_shape=(28, 84)), image, 0),
    (layers.SimpleRNN(units=5), series, 5 * (6 + 5 + 1)),
    (layers.LSTM(units=5), series, 4 * 5 * (6 + 5 + 1)),
    (layers.GRU(units=5), series, 3 * 5 * (6 + 5 + 2)),
    (layers.Bidirectional(layers.LSTM(units=5)), series, 2 * 4 * 5 * (6 + 5 + 1)),
    (layers.BatchNormalization(), (6,), 4 * 6),
    (layers.LayerNormalization(), (6,), 2 * 6),
    (layers.Dropout(rate=0.5), (6,), 0),
    (layers.Rescaling(scale=1 / 255), image, 0),
]
rows = []
for layer, shape, formula in table:
    dtype = "int32" if isinstance(layer, layers.Embedding) else "float32"
    inputs = keras.Input(shape=shape, dtype=dtype)
    outputs = layer(inputs)
    weights = layer.count_params()
    rows.append((type(layer).__name__, shape, outputs.shape[1:], weights, formula))
for name, shape, output, weights, formula in rows:
    assert weights == formula, name
    print(f"{name:24s}{shape!s:13s} -> {output!s:13s} {weights:5d}")
