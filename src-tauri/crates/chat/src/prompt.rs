//! The history as a provider is asked to read it.

use crate::completion::PromptMessage;
use crate::conversation::{Message, Role};

/// Turns a path of messages into a prompt: empty answers say nothing and are left out, and of several tries at one
/// answer the last counts. A partial answer that the user went on from stays: it is what they read.
pub fn prompt_from(history: &[Message]) -> Vec<PromptMessage> {
    let mut prompt: Vec<PromptMessage> = Vec::with_capacity(history.len());
    for message in history {
        if message.role == Role::Assistant {
            if message.text.trim().is_empty() {
                continue;
            }
            if prompt
                .last()
                .is_some_and(|last| last.role == Role::Assistant)
            {
                prompt.pop();
            }
        }
        prompt.push(PromptMessage {
            role: message.role,
            text: message.text.clone(),
        });
    }
    while prompt
        .last()
        .is_some_and(|last| last.role == Role::Assistant)
    {
        prompt.pop();
    }
    prompt
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::completion::Usage;
    use crate::conversation::MessageState;
    use crate::ids::MessageId;

    fn message(role: Role, text: &str) -> Message {
        Message {
            id: MessageId::new(),
            parent: None,
            role,
            text: text.into(),
            reasoning: String::new(),
            model: None,
            state: MessageState::Complete(None),
            usage: Usage::default(),
            created_at: 0,
        }
    }

    fn texts(history: &[Message]) -> Vec<String> {
        prompt_from(history).into_iter().map(|m| m.text).collect()
    }

    #[test]
    fn keeps_the_order_and_leaves_empty_answers_out() {
        let history = [
            message(Role::User, "a"),
            message(Role::Assistant, ""),
            message(Role::User, "b"),
            message(Role::Assistant, "c"),
            message(Role::User, "d"),
        ];
        assert_eq!(texts(&history), ["a", "b", "c", "d"]);
    }

    #[test]
    fn of_several_tries_the_last_counts() {
        let history = [
            message(Role::User, "a"),
            message(Role::Assistant, "partial"),
            message(Role::Assistant, "whole"),
            message(Role::User, "b"),
        ];
        assert_eq!(texts(&history), ["a", "whole", "b"]);
    }

    #[test]
    fn ends_with_the_user() {
        let history = [
            message(Role::User, "a"),
            message(Role::Assistant, "partial"),
        ];
        assert_eq!(texts(&history), ["a"]);
    }
}
