//! What is read of an event.

use crate::json::Fields;

/// The fields of `GenerateContentResponse` that say something to people, in both spellings.
pub(super) const FIELDS: Fields = Fields {
    is_read: |name| {
        matches!(
            name,
            "args"
                | "blockReason"
                | "block_reason"
                | "candidates"
                | "citationMetadata"
                | "citationSources"
                | "citation_metadata"
                | "citation_sources"
                | "citations"
                | "code"
                | "codeExecutionResult"
                | "code_execution_result"
                | "content"
                | "error"
                | "executableCode"
                | "executable_code"
                | "finishMessage"
                | "finishReason"
                | "finish_message"
                | "finish_reason"
                | "functionCall"
                | "function_call"
                | "groundingChunks"
                | "groundingMetadata"
                | "grounding_chunks"
                | "grounding_metadata"
                | "id"
                | "image"
                | "index"
                | "language"
                | "maps"
                | "name"
                | "output"
                | "partialArgs"
                | "partial_args"
                | "parts"
                | "promptFeedback"
                | "prompt_feedback"
                | "response"
                | "retrievedContext"
                | "retrieved_context"
                | "sourceUri"
                | "source_uri"
                | "text"
                | "thought"
                | "title"
                | "uri"
                | "usageMetadata"
                | "usage_metadata"
                | "web"
                | "willContinue"
                | "will_continue"
        )
    },
    is_whole: |name| {
        matches!(
            name,
            "args" | "error" | "partialArgs" | "partial_args" | "usageMetadata" | "usage_metadata"
        )
    },
};
