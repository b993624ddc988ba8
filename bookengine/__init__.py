"""The engine of Executable TensorFlow: runs snippets, records them, renders pages that cannot lie.

snippet.py   reads a snippet          run.py, child.py  run it in a process of its own
recording.py keeps what it printed    expressions.py    values and claims
pages.py     reads a page             render.py         the Markdown extension
check.py     finds every breach       publish.py        downloads, figures, plain-Markdown twins
"""
