"""The colours of the style sheet, for pictures that are drawn without a browser."""

import re

LIGHT = re.compile(r":root,\s*\[data-bs-theme=\"light\"\]\s*\{(.*?)\n\}", re.DOTALL)
TOKEN = re.compile(r"--([a-z0-9-]+):\s*(#[0-9a-fA-F]{6})\s*;")


def light(style_sheet: str) -> dict[str, str]:
    """The light colours by token name, without the dashes; ValueError if the sheet defines none."""
    block = LIGHT.search(style_sheet)
    found = dict(TOKEN.findall(block.group(1))) if block else {}
    if not found:
        raise ValueError("the style sheet defines no light colours")
    return found
