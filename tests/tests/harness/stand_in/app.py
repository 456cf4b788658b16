"""A stand-in for the app: two windows of local pages, ready to be driven by WebDriver."""

import os
import sys

import gi

gi.require_version("Gtk", "3.0")
gi.require_version("WebKit2", "4.1")
from gi.repository import Gio, GLib, Gtk, WebKit2  # noqa: E402

PAGE = """<title>%s</title><button data-testid="send" onclick="told.textContent += composer.value + '.'">Send</button>
<input id="composer" data-testid="composer"><p id="told" data-testid="transcript">%s</p>"""

context = WebKit2.WebContext.get_default()
context.set_automation_allowed(True)


def window(page, title):
    view = WebKit2.WebView(web_context=context, is_controlled_by_automation=True)
    holder = Gtk.Window(title=title)
    holder.set_default_size(400, 300)
    holder.add(view)
    holder.show_all()
    view.load_uri("stand-in://local/" + page)
    return view


def serve(request):
    title = "Stand-in Settings" if request.get_path() == "/settings.html" else "Stand-in"
    page = (PAGE % (title, os.environ.get("GREETING", ""))).encode()
    stream = Gio.MemoryInputStream.new_from_bytes(GLib.Bytes.new(page))
    request.finish(stream, len(page), "text/html; charset=utf-8")


def automation(_, session):
    information = WebKit2.ApplicationInfo()
    information.set_name("stand-in")
    session.set_application_info(information)
    session.connect("create-web-view", lambda _: first)


context.register_uri_scheme("stand-in", serve)
context.connect("automation-started", automation)
first = window("chat.html", "Stand-in")
second = window("settings.html", "Stand-in Settings")
print("started with", sys.argv[1:], file=sys.stderr, flush=True)
Gtk.main()
