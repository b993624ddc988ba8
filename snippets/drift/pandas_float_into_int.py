# /// script
# requires-python = ">=3.11"
# dependencies = ["pandas~=3.1.1"]
#
# [tool.book]
# title = "A float does not fit into a column of integers"
#
# [tool.book.values]
# error = "error"
# works = "float(data.loc[1, 'glucose'])"
# ///

# %% old
import pandas as pd

data = pd.DataFrame({"glucose": [148, 0, 183]})  # 0 stands for a missing value
missing = data["glucose"] == 0
mean = data.loc[~missing, "glucose"].mean() + 0.25
try:
    data.loc[missing, "glucose"] = mean
except TypeError as problem:
    error = f"{type(problem).__name__}: {problem}"
print(error)

# %% new
data["glucose"] = data["glucose"].astype(float)
data.loc[missing, "glucose"] = mean
print(data["glucose"].tolist())
