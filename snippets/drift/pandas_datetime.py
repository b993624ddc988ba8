# /// script
# requires-python = ">=3.11"
# dependencies = ["pandas~=3.1.1"]
#
# [tool.book]
# title = "pandas no longer re-exports datetime"
#
# [tool.book.values]
# error = "error"
# works = "float(parsed.year)"
# ///

# %% old
try:
    from pandas import datetime
except ImportError as problem:
    error = f"{type(problem).__name__}: {problem}".split(" (/")[0]  # without the path
print(error)

# %% new
from datetime import datetime

parsed = datetime.strptime("1901-03", "%Y-%m")
print(parsed.date())
