// The body of an async function: says something as a person would, in a new chat if `fresh`, and waits for the end of the
// answer.
const [text, fresh] = given;
// Not by frames: a window that another covers may draw none.
const pause = (ms) => new Promise((done) => setTimeout(done, ms));
const until = async (look) => {
    for (;;) {
        const found = look();
        if (found) return found;
        await pause(4);
    }
};
const all = (name) => [...document.querySelectorAll(`[data-testid=message-${name}]`)];
if (fresh) {
    document.querySelector('[data-testid=new-chat]').click();
    await until(() => all('user').length === 0);
}
const before = all('user').length;
const field = document.querySelector('[data-testid=composer]');
field.value = text;
field.dispatchEvent(new InputEvent('input', { bubbles: true }));
const send = await until(() => document.querySelector('[data-testid=send]:enabled'));
send.click();
await until(() => {
    const asked = all('user');
    if (asked.length <= before) return false;
    const answer = all('assistant').at(-1);
    const follows = answer && asked.at(-1).compareDocumentPosition(answer) & Node.DOCUMENT_POSITION_FOLLOWING;
    return follows && answer.getAttribute('aria-busy') === 'false';
});
// Whatever the last step brought is in the page once a later task runs, and what it would have asked for is asked for.
await pause(0);
await pause(0);
return all('user').length;
