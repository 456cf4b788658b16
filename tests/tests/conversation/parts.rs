//! What an answer holds beside its words: calls of tools, sources, counts and costs.

use e2e::provider::{Provider, Reply, openai};
use e2e::scenario::{
    chat, open_chat, read_settings, say, start_with, wait_for_end, write_settings,
};
use e2e::window::{App, CHAT, Launch, Page};
use serde_json::{Value, json};

use crate::desk;

fn delta(delta: &Value) -> String {
    openai::event(&json!({"choices": [{"index": 0, "delta": delta}]}))
}

fn reply() -> Reply {
    let call = |function: &Value| {
        delta(&json!({"tool_calls": [{"index": 0, "id": "c1", "function": function}]}))
    };
    let source = |url: &str, title: &str| json!({"type": "url_citation", "url_citation": {"url": url, "title": title}});
    Reply::stream()
        .send(openai::delta("I look."))
        .send(call(
            &json!({"name": "get_weather<b>", "arguments": "{\"city\":"}),
        ))
        .send(call(&json!({"arguments": "\"Paris\"}"})))
        .send(delta(&json!({"annotations": [
            source("https://example.com/a", "The first"),
            source("javascript:alert(1)", "The second"),
        ]})))
        .send(openai::finish("tool_calls"))
        .send(openai::event(&json!({"choices": [], "usage": {
            "prompt_tokens": 1_000_000, "completion_tokens": 500_000,
            "prompt_tokens_details": {"cached_tokens": 3},
            "completion_tokens_details": {"reasoning_tokens": 4},
        }})))
        .send(openai::done())
}

fn check(page: &Page<'_>) {
    for part in [
        "The model asked to use get_weather<b>",
        "\"city\": \"Paris\"",
        "The first",
        "example.com",
        "The second",
        "1M in (3 cached)",
        "500,000 out (4 reasoning)",
        "$3",
        "The model asked for a tool.",
    ] {
        page.wait_for_text("message-assistant", part);
    }
    let links: Value = page.run(
        "return [...document.querySelectorAll('[data-testid=message-assistant] a')].map(one => one.href)",
        vec![],
    );
    assert_eq!(
        links,
        json!(["https://example.com/a"]),
        "no other address is offered"
    );
    let header = page.find_css("header [role=group]").text();
    assert_eq!(header, "1.5M tokens · $3");
}

#[test]
fn calls_sources_counts_and_costs_are_shown_and_kept() {
    let desk = desk();
    let provider = Provider::http();
    provider.answer(reply());
    let first = start_with(&desk, &provider.base_url());
    drop(first);
    let mut settings = read_settings(&desk);
    let own = settings["model"].clone();
    settings["prices"] =
        json!([{"provider": own["provider"], "model": own["model"], "input": 2, "output": 2}]);
    write_settings(&desk, &settings);
    let app = App::start(&desk, &Launch::new(&desk));
    let page = chat(&app);
    say(&page, "What is the weather?");
    wait_for_end(&page, "What is the weather?");
    check(&page);
    page.screenshot("answer-parts");

    let app = app.restart();
    let page = app.page(CHAT);
    open_chat(&page, "What is the weather?");
    wait_for_end(&page, "What is the weather?");
    check(&page);
}
