"""Reads and presses native dialogs through the accessibility bus, as a screen reader does.

dialog.py read PATTERN SECONDS          waits for the dialog, prints it as JSON
dialog.py active PATTERN SECONDS        the same, but waits until it has the keyboard
dialog.py press PATTERN SECONDS BUTTON  waits for the dialog and for that button, and presses it
dialog.py write PATTERN SECONDS TEXT    waits for the dialog and for a field in it, and writes TEXT into that
dialog.py list PATTERN                  prints all dialogs that are open and match, as JSON

A dialog is {"name", "role", "texts", "buttons", "places"}; a place is [x, y, width, height] on the screen, one for each
button. PATTERN is a regular expression that is found in its name or in one of
its texts: toolkits name message dialogs "Question" and the like, whatever their title says.
Exit status 3: it never came; the dialogs that are there instead are printed.
"""

import json
import re
import sys
import time

import pyatspi

ROLES = {"alert", "dialog", "file chooser"}


def children(node):
    for index in range(node.childCount):
        try:
            child = node.getChildAtIndex(index)
        except Exception:  # It vanished while we looked.
            continue
        if child is not None:
            yield child


def walk(node):
    yield node
    for child in children(node):
        yield from walk(child)


def shows(node):
    return node.getState().contains(pyatspi.STATE_SHOWING)


def text_of(node):
    try:
        return node.queryText().getText(0, -1)
    except NotImplementedError:
        return node.name


def place_of(node):
    place = node.queryComponent().getExtents(pyatspi.DESKTOP_COORDS)
    return [place.x, place.y, place.width, place.height]


def read(dialog):
    nodes = [node for node in walk(dialog) if node is not dialog and shows(node)]
    texts = [text_of(node) for node in nodes if node.getRoleName() in ("label", "text")]
    buttons = [node for node in nodes if node.getRoleName() == "push button" and node.name]
    return {
        "name": dialog.name,
        "role": dialog.getRoleName(),
        "texts": [text for text in texts if text.strip()],
        "buttons": [node.name for node in buttons],
        "places": [place_of(node) for node in buttons],
    }


def dialogs(pattern):
    """The open dialogs that match, with what they say. One that closes while it is read is passed over."""
    for application in children(pyatspi.Registry.getDesktop(0)):
        for window in children(application):
            try:
                if window.getRoleName() not in ROLES or not shows(window):
                    continue
                content = read(window)
            except Exception:
                continue
            if any(re.search(pattern, text) for text in [content["name"], *content["texts"]]):
                yield window, content


def press(dialog, name):
    for node in walk(dialog):
        if node.getRoleName() == "push button" and node.name == name:
            return node.getState().contains(pyatspi.STATE_SENSITIVE) and node.queryAction().doAction(0)
    return False


def write(dialog, text):
    for node in walk(dialog):
        state = node.getState()
        if node.getRoleName() == "text" and shows(node) and state.contains(pyatspi.STATE_EDITABLE):
            node.queryEditableText().setTextContents(text)
            return text_of(node) == text
    return False


def attempt(verb, pattern, button):
    for dialog, content in dialogs(pattern):
        try:
            if verb == "active" and not dialog.getState().contains(pyatspi.STATE_ACTIVE):
                continue
            if verb == "press" and not press(dialog, button):
                continue
            if verb == "write" and not write(dialog, button):
                continue
        except Exception:
            continue
        return content
    return None


def main(verb, pattern, seconds="0", button=None):
    if verb == "list":
        print(json.dumps([content for _, content in dialogs(pattern)]))
        return 0
    end = time.monotonic() + float(seconds)
    while True:
        content = attempt(verb, pattern, button)
        if content:
            print(json.dumps(content))
            return 0
        if time.monotonic() > end:
            print(json.dumps([other for _, other in dialogs("")]))
            return 3
        time.sleep(0.03)


sys.exit(main(*sys.argv[1:]))
