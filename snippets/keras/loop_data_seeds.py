# /// script
# requires-python = ">=3.11"
# dependencies = ["tensorflow~=2.21.0"]
#
# [tool.book]
# title = "Seeds: what is shuffled again, and what repeats"
#
# [tool.book.values]
# epochs_differ = "[int(found[0] != found[1]) for found in seen.values()]"
# rebuilt_equal = "[int(found[0] == found[2]) for found in seen.values()]"
# ///

# %% seeds
import keras
import tensorflow as tf

keras.utils.set_random_seed(0)
rows = tf.data.Dataset.range(6)
variants = {
    "no seed of its own": {},
    "seed=1": {"seed": 1},
    "reshuffle_each_iteration=False": {"reshuffle_each_iteration": False},
    "both": {"seed": 1, "reshuffle_each_iteration": False},
}
seen = {}
print(f"{'':31}epoch 1      epoch 2      built again, epoch 1")
for name, options in variants.items():
    first = rows.shuffle(buffer_size=6, **options)
    again = rows.shuffle(buffer_size=6, **options)  # the same line once more
    epochs = [list(map(int, data)) for data in (first, first, again)]
    seen[name] = epochs
    print(f"{name:31}" + "  ".join("".join(f"{row} " for row in rows_seen)[:-1]
                                    for rows_seen in epochs))
