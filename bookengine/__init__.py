"""The engine of Executable TensorFlow: runs snippets, records them, renders pages that cannot lie.

header.py, snippet.py         read a snippet
run.py, processes.py          run it in a process of its own: child.py, shell.py, offline.py, data.py work inside
record.py, recording.py       keep what it showed; normalise.py takes out what varies
expressions.py                values and claims
pages.py, directives.py       read a page
book.py, check.py, links.py   find every breach
render.py, html.py            the Markdown extension
publish.py                    downloads, figures, plain-Markdown twins
"""
