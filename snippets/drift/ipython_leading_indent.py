# /// script
# requires-python = ">=3.11"
# dependencies = ["ipython~=9.18.1"]
#
# [tool.book]
# title = "A notebook cell whose first line alone is indented no longer runs"
#
# [tool.book.values]
# error = "error"
# works = "float(namespace['total'])"
# ///

# %% old
from IPython.core.inputtransformer2 import TransformerManager

notebook = TransformerManager()  # what a notebook does to a cell before Python sees it
cell = "    first = 1\nsecond = 2\ntotal = first + second\n"
try:
    compile(notebook.transform_cell(cell), filename="cell", mode="exec")
except IndentationError as problem:
    error = f"{type(problem).__name__}: {problem.msg}"
print(error)

# %% new
cell = "first = 1\nsecond = 2\ntotal = first + second\n"
namespace = {}
exec(compile(notebook.transform_cell(cell), filename="cell", mode="exec"), namespace)
print(namespace["total"])
