"""The commands `serve`, `web` and `runner`.

Each only names its options and calls one function of `chatapp.ops`. `serve`
is also reached without Django by `manage.py` itself, which saves the time of
setting the framework up in a process that never uses it. They use
`chatapp.ops` alone. Begin with `serve.py`.
"""
