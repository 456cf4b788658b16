// The body of a function: what became of a page and of all elements below those that the first argument selects.
const [selector, touched] = arguments;

// What the window's own components make. Anything else was made by somebody else.
const PLAIN = 'a article aside b bdi blockquote br button code dd details div dl dt em fieldset figcaption figure footer h1 h2 h3 h4 h5 h6 '
    + 'header hr input kbd label legend li main mark nav ol p path pre s section small span strong summary svg table tbody td '
    + 'textarea th thead time tr ul';
const TAGS = new Set(PLAIN.split(' '));
// Around the transcript, where nothing hostile is told of, there are more.
const AROUND = new Set(['body', 'form', 'option', 'select']);
const isAround = (element) => element.closest('[data-testid=transcript]') === null;
const EVERYWHERE = /^(class|dir|lang|role|tabindex|title|hidden|draggable|data-testid|aria-[a-z]+)$/;
const OF = {
    a: /^(href|rel)$/,
    button: /^(type|disabled)$/,
    details: /^open$/,
    input: /^(type|value|placeholder|autocomplete|autocapitalize|spellcheck|maxlength|name|checked|disabled|inputmode)$/,
    label: /^for$/,
    ol: /^start$/,
    option: /^(value|selected|disabled)$/,
    path: /^(d|fill|stroke)$/,
    select: /^(name|disabled)$/,
    svg: /^(width|height|viewBox|fill|stroke|stroke-width|stroke-linecap|stroke-linejoin)$/,
    textarea: /^(rows|placeholder|autocomplete|spellcheck|disabled|value)$/,
    th: /^scope$/,
    time: /^datetime$/,
};
const isOurs = (element, { name, value }) => {
    const tag = element.localName;
    if (name === 'href') return tag === 'a' && /^(https?:\/\/|mailto:)/.test(value);
    // Svelte counts its own names.
    if (name === 'id') return /^(c|s|p)?\d/.test(value) || isAround(element);
    // The composer grows with what is written.
    if (name === 'style') return tag === 'textarea' && /^height: \d+px;$/.test(value);
    return EVERYWHERE.test(name) || (OF[tag]?.test(name) ?? false);
};

const foreign = [];
const roots = [...document.querySelectorAll(selector)];
for (const element of roots.flatMap((root) => [root, ...root.querySelectorAll('*')])) {
    const { localName } = element;
    if (!TAGS.has(localName) && !(AROUND.has(localName) && isAround(element))) foreign.push(`<${element.localName}>`);
    for (const attribute of element.attributes) {
        if (!isOurs(element, attribute)) foreign.push(`<${element.localName} ${attribute.name}="${attribute.value.slice(0, 80)}">`);
    }
    if (element.shadowRoot) foreign.push(`<${element.localName}> with a shadow`);
    if (!touched) continue;
    // A hand that goes over all of it, and everything that a page may hear by itself. Clicks are for the links' own test.
    for (const type of ['pointerover', 'pointerenter', 'pointermove', 'mouseover', 'mouseenter', 'focusin', 'wheel', 'toggle', 'load',
        'error', 'copy', 'dragstart', 'contextmenu', 'animationstart', 'animationend', 'transitionend', 'begin', 'pageshow']) {
        element.dispatchEvent(new Event(type, { bubbles: true, cancelable: true }));
    }
}

const { watched } = window;
return {
    breached: window.breached === undefined ? null : String(window.breached),
    polluted: [...Object.keys(Object.prototype), ...(Object.prototype.polluted === undefined ? [] : ['polluted'])],
    token: window.token ?? null,
    whole: window.parts === [document.head.childElementCount, document.scripts.length, document.styleSheets.length].join(),
    place: location.href,
    calls: watched ? watched.calls.splice(0) : [],
    reports: watched ? watched.reports.splice(0) : [],
    steps: watched ? watched.steps : 0,
    foreign: [...new Set(foreign)].slice(0, 8),
    text: roots.map((root) => root.textContent).join('\n'),
    prose: roots.flatMap((root) => [...root.querySelectorAll('.prose')]).map((prose) => prose.textContent).join('\n'),
};
