"""Code that sends a Request as the page did: Python, curl, JavaScript, a notebook, a zip of all.

It names only what was set, reads media from files and the key from the environment, and what it
sends is the same, field by field.
"""

from gemini.codegen.bundle import bundle
from gemini.codegen.calls import call_curl, call_media, call_python
from gemini.codegen.curl import curl
from gemini.codegen.embedding import embed_curl, embed_python
from gemini.codegen.embedding_javascript import embed_javascript
from gemini.codegen.javascript import javascript
from gemini.codegen.notebook import notebook
from gemini.codegen.python import python

__all__ = [
    "bundle",
    "call_curl",
    "call_media",
    "call_python",
    "curl",
    "embed_curl",
    "embed_javascript",
    "embed_python",
    "javascript",
    "notebook",
    "python",
]
