# /// script
# requires-python = ">=3.11"
# dependencies = ["numpy", "ml_dtypes"]
#
# [tool.book]
# title = "Half the bytes: gradients summed in 16 bits"
#
# [tool.book.values]
# names = "[row[0] for row in rows]"
# errors = "[row[2] for row in rows]"
# ratios = "[row[1] for row in rows]"
# lost = "[row[3] for row in rows]"
# workers = "WORKERS"
# ///

# %% parameters
WORKERS = 8
SIZE = 100_000

# %% formats
import ml_dtypes
import numpy as np

generator = np.random.default_rng(seed=0)
scales = 10.0 ** generator.uniform(-9, 0, size=SIZE)  # gradients span many sizes
local = (generator.normal(size=(WORKERS, SIZE)) * scales).astype("float32")
exact = local.astype("float64").sum(axis=0)


def sum_in(dtype):
    """What a ring adds and sends if every chunk travels in this format."""
    total = local[0].astype(dtype)
    for gradient in local[1:]:
        total = (total + gradient.astype(dtype)).astype(dtype)
    return total.astype("float64")


# %% compare
rows = []
for dtype in (np.float32, np.float16, ml_dtypes.bfloat16):
    total, name = sum_in(dtype), np.dtype(dtype).name
    error = np.median(np.abs(total - exact) / np.abs(exact))
    lost = np.mean(total == 0)  # too small for the format
    ratio = np.dtype(dtype).itemsize / 4
    rows.append((name, ratio, float(error), float(lost)))
    print(f"{name:9} {ratio:3.0%} of the bytes", end=", ")
    print(f"median relative error {error:.0e}, sums that became 0: {lost:.1%}")
