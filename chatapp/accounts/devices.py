"""A browser and its device in words, as far as its `User-Agent` says."""

# In this order: most browsers call themselves Safari as well, and many Chrome.
BROWSERS = {
    "Edg": "Edge",
    "OPR/": "Opera",
    "SamsungBrowser": "Samsung Internet",
    "Firefox": "Firefox",
    "FxiOS": "Firefox",
    "CriOS": "Chrome",
    "Chrome": "Chrome",
    "Safari": "Safari",
}
SYSTEMS = {
    "iPhone": "iPhone",
    "iPad": "iPad",
    "Android": "Android",
    "CrOS": "ChromeOS",
    "Windows": "Windows",
    "Macintosh": "Mac",
    "Linux": "Linux",
}


def _first(names: dict[str, str], text: str) -> str:
    return next((name for mark, name in names.items() if mark in text), "")


def device(user_agent: str) -> tuple[str, str]:
    """Browser and device, such as Firefox and Windows; empty where it does not say."""
    return _first(BROWSERS, user_agent), _first(SYSTEMS, user_agent)
