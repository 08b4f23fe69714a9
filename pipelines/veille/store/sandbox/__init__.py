"""One untrusted query in a process of its own: what it may read, how much it may take, and how it says what happened.

`worker` is that process. It is started by veille.research.gateway, which also kills it at its limit.
"""
