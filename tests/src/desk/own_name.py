"""Owns a name on the session bus, and answers a ping there, until it is ended."""

import sys

from gi.repository import Gio, GLib

Gio.bus_own_name(
    Gio.BusType.SESSION, sys.argv[1], Gio.BusNameOwnerFlags.NONE, None, None, None
)
GLib.MainLoop().run()
