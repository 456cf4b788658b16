# Stands in for an app that runs already and ends at the very moment at which a second start asks it for its window.
import os
import sys

import gi

gi.require_version("Gio", "2.0")
from gi.repository import Gio, GLib


def hear(connection, message, incoming):
    if incoming and message.get_message_type() == Gio.DBusMessageType.METHOD_CALL:
        os._exit(0)
    return message


def owned(connection, name):
    connection.add_filter(hear)
    open(sys.argv[1], "w").close()


Gio.bus_own_name(
    Gio.BusType.SESSION, "org.chatelaine.Chatelaine.SingleInstance", Gio.BusNameOwnerFlags.NONE, None, owned, None
)
GLib.MainLoop().run()
