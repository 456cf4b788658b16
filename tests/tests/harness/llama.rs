use e2e::llama::Llama;

use crate::client;

#[test]
fn a_real_server_streams_and_asks_for_its_key() {
    let llama = Llama::start(Some("sk-llama"));
    let body = r#"{"model":"noise","stream":true,"max_tokens":8,"messages":[{"role":"user","content":"Hello"}]}"#;
    let json = "content-type: application/json";

    let mut stranger = client::connect(llama.origin(), None).unwrap();
    client::send(
        stranger.as_mut(),
        "POST",
        "/v1/chat/completions",
        &[json],
        body,
    )
    .unwrap();
    assert!(client::read_until(stranger.as_mut(), "}").contains(" 401 "));

    let mut friend = client::connect(llama.origin(), None).unwrap();
    let headers = [json, "authorization: Bearer sk-llama"];
    client::send(
        friend.as_mut(),
        "POST",
        "/v1/chat/completions",
        &headers,
        body,
    )
    .unwrap();
    let reply = client::read_until(friend.as_mut(), "data: [DONE]");
    assert!(
        reply.contains(" 200 ") && reply.contains("text/event-stream"),
        "{reply}"
    );
    assert!(reply.matches("\"delta\"").count() >= 8, "{reply}");

    let models = client::get(llama.origin(), "/v1/models", &headers[1..]);
    assert!(models.contains("\"models\""), "{models}");
}
