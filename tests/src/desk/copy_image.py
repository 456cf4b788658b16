"""Copies a picture and keeps offering it. A toolkit's owner refuses to give it as text, where `xclip` would."""

import gi

gi.require_version("Gdk", "3.0")
gi.require_version("Gtk", "3.0")
from gi.repository import Gdk, GdkPixbuf, Gtk  # noqa: E402

picture = GdkPixbuf.Pixbuf.new(GdkPixbuf.Colorspace.RGB, False, 8, 16, 16)
picture.fill(0x808080FF)
Gtk.Clipboard.get(Gdk.SELECTION_CLIPBOARD).set_image(picture)
Gtk.main()
