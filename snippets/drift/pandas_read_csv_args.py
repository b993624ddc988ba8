# /// script
# requires-python = ">=3.11"
# dependencies = ["pandas~=3.1.1"]
#
# [tool.book]
# title = "read_csv lost squeeze= and date_parser="
#
# [tool.book.values]
# error = "errors[0]"
# works = "float(series.iloc[-1])"
# ///

# %% old
import io

import pandas as pd

TABLE = "month,sales\n1901-01,266.0\n1901-02,145.9\n"

errors = []
for removed in ({"squeeze": True}, {"date_parser": pd.to_datetime}):
    try:
        pd.read_csv(io.StringIO(TABLE), **removed)
    except TypeError as problem:
        errors.append(f"{type(problem).__name__}: {problem}")
print(*errors, sep="\n")

# %% new
frame = pd.read_csv(
    io.StringIO(TABLE), index_col=0, parse_dates=[0], date_format="%Y-%m"
)
series = frame.squeeze("columns")
print(series)
