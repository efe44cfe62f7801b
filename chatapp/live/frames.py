"""Frames: pieces of HTML that say what a page shall do with them (`static/js/frames.js`)."""

import html


def frame_of(frame: str, inner: str = "", **data: str) -> str:
    """One element of a frame; `inner` is HTML."""
    attributes = "".join(f' data-{name}="{html.escape(value)}"' for name, value in data.items())
    return f'<template data-frame="{frame}"{attributes}>{inner}</template>'
