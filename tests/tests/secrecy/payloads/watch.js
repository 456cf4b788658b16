// The body of a function. From now on the page keeps what it calls, what its policy refused, and each step of its text.
const watched = { calls: [], reports: [], steps: 0 };
window.watched = watched;
window.token = arguments[0];
window.parts = [document.head.childElementCount, document.scripts.length, document.styleSheets.length].join();
const { fetch } = window;
// Every command of the app goes through here, whoever calls it.
window.fetch = function (...given) {
    watched.calls.push(String(given[0]?.url ?? given[0]));
    return fetch.apply(this, given);
};
document.addEventListener('securitypolicyviolation', (event) => {
    watched.reports.push(`${event.effectiveDirective} ${event.blockedURI}`);
});
new MutationObserver(() => watched.steps++).observe(document.body, {
    subtree: true, childList: true, characterData: true,
});
