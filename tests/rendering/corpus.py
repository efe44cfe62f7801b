"""Markdown as models write it, and as nobody should; each text with its oddity as its name."""

BLOCKS = [
    "A paragraph with *em*, **strong**, `code` and ~~no~~,\nover two lines.",
    "# Heading",
    "Heading\n=======",
    "Heading\n-------",
    "***",
    "---",
    "* * *",
    "- a\n- b",
    "- a\n\n- b after a blank line",
    "- a\n\n  para\n- b\n  - c\n\n    d",
    "1. one\n2. two",
    "1. one\n   ```py\n   x = 1\n\n   y\n   ```\n2. two",
    "3) x\n\n4) y",
    "10. a\n\n    b\n11. c",
    "> quote\nlazy",
    "> - a\n>\n> - b",
    "> ```\n> x",
    "```py\nx = 1\n\n# no heading\n- no item\n```",
    "~~~~\n```\n~~~~",
    "  ```\n  x\n\ty\n  ```",
    "    code\n\n    more",
    "\tcode",
    "| a | b |\n|---|:-:|\n| 1 | `2` |",
    "a | b\n--|--\nc | d",
    "<div>\n*x*\n</div>",
    "<!-- a",
    "-->",
    "Steps:\n- item\n- item",
    "Steps:\n1. one\n\n2. two",
    "text\n```\ncode\n```\ntext",
    "- [ ] open\n- [x] done",
    "[a]: https://a.example/ 'title'",
    "[a] ![b](https://a.example/b.png) https://a.example/c?d=e&f",
    "- a\n\n      code\n\n  b",
    "- ```\n  code\n  ```\n- b",
    "- > q\n\n  r",
    "word\n2. no list",
    "-\n  foo",
    "-\n\n  foo",
    "A note[^1] and another[^more].\n[^1]: One\n[^more]: Two",
    "[^1]: One\n\n    and more\n\n[^2]: Two",
    "- [ ] a[^1]\n\n  b\n- [x] c",
    "In $a_1$, $$b*c*d$$ and \\(e\\).",
    "$$\na\n+ b\n$$",
    "$$\na\n# c\n---\n$$",
    "\\[\n\\begin{aligned}\na &= b \\\\\n- c\n\\end{aligned}\n\\]",
    "$$\nnever closed",
    "```math\nx < y\n```",
    "```mermaid\ngraph TD; A-->B\n```",
    "hard  \nbreak\\\nbreak",
]

ANSWER = """\
To reverse a list you have **three** choices:

1. `list.reverse()` works *in place*:
   ```python
   numbers = [1, 2, 3]

   numbers.reverse()
   ```
2. A slice makes a copy.

   It costs memory.
3. `reversed()` is lazy.

| way | copies | note |
|:----|:------:|-----:|
| `reverse()` | no | fast |
| `[::-1]` | yes | short |

```python
def backwards(items: list[int]) -> list[int]:
    \"\"\"A copy, last first.\"\"\"

    return items[::-1]  # <- here
```

> **Note**: see https://docs.python.org/3/ for more.
> - really

## In short
Use `reversed()` unless you need a list.\r\n\r\nGood luck \U0001f44d!
"""
