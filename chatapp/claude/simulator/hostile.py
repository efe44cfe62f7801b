"""Text that attacks whoever shows it without care; one class of attack a line."""

HOSTILE = """# Hostile <script>alert(1)</script>

<img src=x onerror="document.title='owned'"> <svg onload=alert(2)>
<iframe src="javascript:alert(3)">
<div hx-get="/accounts/logout/" hx-trigger="load">load</div> <form action="/c/" method="post">
<style>body{display:none}</style>
<base href="https://evil.invalid/"><meta http-equiv=refresh content=0>

[a link](javascript:alert(4)) [data](data:text/html;base64,PHNjcmlwdD4=)
[entity](&#106;avascript:alert(5))
![pixel](https://evil.invalid/track.png) <https://evil.invalid/"onmouseover=alert(6)>

```html"><script>alert(7)</script>
</code></pre><script>alert(8)</script>
```

| <b onclick=alert(9)>head</b> | `</td><script>alert(10)</script>` |
| --- | --- |
| {{constructor.constructor('alert(11)')()}} | {% debug %} ${alert(12)} |

Right to left: \u202egnp.exe\u202c, zero width: a\u200bb, line separator:\u2028next, \
astral: 👩‍👩‍👧‍👦 𝒳, \
combining: Z̸̢̛͍͓a̷l̴g̵o̶

<!-- --!><script>alert(13)</script> --> </textarea></title></noscript><script>alert(14)</script>
"""
