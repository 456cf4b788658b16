//! What may be sent, and how often.

use e2e::provider::{Gate, Provider, Reply, openai};
use e2e::scenario::{
    chat, draft, new_chat, paste_draft, press_enter, say, start_with, stored, transcript,
    wait_for_end, wait_for_end_at_most, wait_until_stored,
};
use e2e::wait::SOON;
use e2e::wait_until;
use e2e::window::Page;

use crate::desk;

const ENTER: &str = "\u{e007}";

/// How many characters (UTF-16) stand in the composer.
fn draft_length(page: &Page<'_>) -> u64 {
    let script = "return document.querySelector('[data-testid=composer]').value.length";
    page.run(script, Vec::new()).as_u64().unwrap()
}

fn can_send(page: &Page<'_>) -> bool {
    page.find("send").is_enabled()
}

#[test]
fn an_empty_message_is_not_sent() {
    let desk = desk();
    let provider = Provider::http();
    provider.always(openai::COMPLETIONS, |_| openai::answer("Heard."));
    let app = start_with(&desk, &provider.base_url());
    let page = chat(&app);
    for nothing in [ENTER, "   ", ENTER] {
        page.type_into("composer", nothing);
        assert!(!can_send(&page));
    }
    assert!(transcript(&page).is_empty());
    page.type_into("composer", "Something");
    wait_until("something to be sendable", SOON, || can_send(&page));
    page.type_into("composer", ENTER);
    wait_for_end(&page, "Something");
    assert_eq!(provider.completions().len(), 1, "nothing went before it");

    // A script in the window gets no further than a person.
    let refusal = page.run_async(
        "const { invoke, transformCallback } = window.__TAURI_INTERNALS__;
         await invoke('start_turn', {
             request: { conversation: null, text: ' \\n\\t', model: { provider: 'Workshop', model: 'm' } },
             events: '__CHANNEL__:' + transformCallback(() => {}),
         }).catch(error => { throw error.code; });",
        Vec::new(),
    );
    assert_eq!(refusal, Err("message_empty".to_owned()));
    assert_eq!(provider.completions().len(), 1);
}

#[test]
fn a_message_of_one_megabyte_is_sent_whole() {
    let desk = desk();
    let provider = Provider::http();
    provider.always(openai::COMPLETIONS, |_| openai::answer("Heard."));
    let app = start_with(&desk, &provider.base_url());
    let page = chat(&app);
    let long = "a \"line\" of it\n".repeat(1024 * 1024 / 15) + "The end.";
    paste_draft(
        &page,
        "'a \"line\" of it\\n'.repeat(Math.floor(1024 * 1024 / 15)) + 'The end.'",
    );
    press_enter(&page);
    let shown = wait_for_end_at_most(&page, &long, SOON * 3);
    assert_eq!(shown[1].text, "Heard.");
    let sent = provider.wait_for_completion(1).request().json();
    let text = sent["messages"][0]["content"].as_str().unwrap();
    assert!(
        text == long,
        "{} bytes of {} were sent",
        text.len(),
        long.len()
    );
    let held = wait_until_stored(&desk, &long);
    assert!(
        held[0].text == long,
        "the disk holds {} bytes",
        held[0].text.len()
    );

    assert_eq!(draft(&page), "");
    say(&page, "And a short one.");
    assert_eq!(wait_for_end(&page, "And a short one.").len(), 4);
    let sent = provider.wait_for_completion(2).request().json();
    assert_eq!(sent["messages"][2]["content"], "And a short one.");
    assert!(sent["messages"][0]["content"] == *long);
}

#[test]
fn a_message_over_four_megabytes_stays_in_the_composer() {
    const MOST: u64 = 4 * 1024 * 1024;
    let desk = desk();
    let provider = Provider::http();
    provider.always(openai::COMPLETIONS, |_| openai::answer("Heard."));
    let app = start_with(&desk, &provider.base_url());
    let page = chat(&app);
    paste_draft(&page, &format!("'0123456\\n'.repeat({}) + '!'", MOST / 8));
    press_enter(&page);
    let error = page.wait_for_text_at_most("message-error", "The message is too long.", SOON * 2);
    for part in [
        "Your text is still in the box below, unsent.",
        "Shorten it, or send it in parts.",
    ] {
        assert!(error.contains(part), "{part:?} in {error:?}");
    }
    assert_eq!(draft_length(&page), MOST + 1, "not a letter is lost");
    assert!(transcript(&page).is_empty());
    assert!(provider.completions().is_empty());

    paste_draft(&page, "'Shorter.'");
    press_enter(&page);
    assert_eq!(wait_for_end(&page, "Shorter.").len(), 2);
    assert!(
        !page.has("message-error"),
        "the error has gone with its cause"
    );
    assert_eq!(provider.completions().len(), 1);
}

#[test]
fn send_pressed_twice_sends_once() {
    let desk = desk();
    let provider = Provider::http();
    let gate = Gate::new();
    provider.always(openai::COMPLETIONS, {
        let gate = gate.clone();
        move |_| openai::close(Reply::stream().gate(&gate).send(openai::delta("Once.")))
    });
    let app = start_with(&desk, &provider.base_url());
    let page = chat(&app);

    page.type_into("composer", &format!("By keyboard.{ENTER}{ENTER}"));
    provider.wait_for_completion(1);
    page.find("stop");
    page.type_into("composer", ENTER);
    gate.let_pass();
    assert_eq!(wait_for_end(&page, "By keyboard.")[1].text, "Once.");
    assert_eq!(wait_until_stored(&desk, "By keyboard.").len(), 2);

    new_chat(&page);
    page.type_into("composer", "By mouse.");
    wait_until("the message to be sendable", SOON, || can_send(&page));
    page.run(
        "const send = document.querySelector('[data-testid=send]'); send.click(); send.click();
         send.form.requestSubmit();",
        Vec::new(),
    );
    gate.open();
    assert_eq!(wait_for_end(&page, "By mouse.").len(), 2);
    assert_eq!(wait_until_stored(&desk, "By mouse.").len(), 2);
    assert_eq!(provider.completions().len(), 2, "one request each");
}

#[test]
fn enter_belongs_to_the_input_method_while_it_composes() {
    let desk = desk();
    let provider = Provider::http();
    provider.always(openai::COMPLETIONS, |_| openai::answer("Heard."));
    let app = start_with(&desk, &provider.base_url());
    let page = chat(&app);
    let press = |composing: bool, code: u32| {
        page.run(
            "const field = document.querySelector('[data-testid=composer]');
             const event = new KeyboardEvent('keydown',
                 { key: 'Enter', isComposing: arguments[0], bubbles: true, cancelable: true });
             Object.defineProperty(event, 'keyCode', { value: arguments[1] });
             field.dispatchEvent(event);
             return event.defaultPrevented;",
            vec![composing.into(), code.into()],
        )
    };
    page.type_into("composer", "kagi");
    wait_until("the message to be sendable", SOON, || can_send(&page));
    page.run(
        "const field = document.querySelector('[data-testid=composer]');
         field.dispatchEvent(new CompositionEvent('compositionstart', { bubbles: true }));
         field.dispatchEvent(new CompositionEvent('compositionupdate', { bubbles: true, data: 'kagi' }));",
        Vec::new(),
    );
    // As the standard says it, and as WebKit says it for the Enter that ends a composition.
    assert_eq!(press(true, 229), false, "the input method gets its Enter");
    assert_eq!(press(true, 13), false);
    assert_eq!(press(false, 229), false);
    page.run(
        "document.querySelector('[data-testid=composer]')
             .dispatchEvent(new CompositionEvent('compositionend', { bubbles: true, data: 'kagi' }));",
        Vec::new(),
    );
    assert_eq!(draft(&page), "kagi");
    assert!(transcript(&page).is_empty());

    // The same event without a composition sends: it was the composition that kept the others from it.
    assert_eq!(press(false, 13), true);
    assert_eq!(wait_for_end(&page, "kagi").len(), 2);
    assert_eq!(provider.completions().len(), 1);
    assert_eq!(stored(&desk, "kagi").len(), 2);
}
