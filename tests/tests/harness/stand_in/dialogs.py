"""Stand-ins for an app's native dialogs, in the toolkit that the app uses."""

import os

import gi

gi.require_version("Gtk", "3.0")
from gi.repository import Gtk  # noqa: E402


def tell(file, answer):
    """Writes the answer so that nobody ever reads half of it."""
    with open(file + ".part", "w") as part:
        part.write(answer)
    os.rename(file + ".part", file)


def confirmed(file):
    dialog = Gtk.MessageDialog(message_type=Gtk.MessageType.QUESTION, text="It will be sent to")
    dialog.set_title("Keep this key?")
    dialog.format_secondary_text("https://api.example")
    dialog.add_buttons("Cancel", Gtk.ResponseType.CANCEL, "Keep key", Gtk.ResponseType.ACCEPT)
    answers = {
        Gtk.ResponseType.CANCEL: "cancelled",
        Gtk.ResponseType.ACCEPT: "keep",
        Gtk.ResponseType.DELETE_EVENT: "dismissed",
    }
    tell(file, answers[dialog.run()])


def asked(file):
    window = Gtk.Window(title="Ask for a word")
    entry = Gtk.Entry()
    entry.connect("activate", lambda field: tell(file, field.get_text()))
    window.add(entry)
    window.show_all()
    Gtk.main()
