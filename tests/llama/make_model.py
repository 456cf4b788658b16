"""Makes a llama model of random weights, small enough to be made in a second: make_model.py FILE.

Its answers are noise. What the tests need is the server around it, whose protocol is the real one.
"""

import sys

import gguf
import numpy

WIDTH = 64
LAYERS = 2
HEADS = 4
HIDDEN = 128
CONTEXT = 4096

# Whole words beside the 256 bytes, so that the noise looks like text and its deltas have letters.
WORDS = """and be but by can day do for from go good had has have he her his how if in is it know like long made make
many may more most no not now of on one or our out say see she so some that the them then there they this time to two
up use was water way we were what when which who will with word would year you your""".split()

SPECIAL = [b"<unk>", b"<s>", b"</s>"]
UNKNOWN, BEGIN, END = range(3)

# The chat is written as "role: text" lines; the model could not tell anyway.
TEMPLATE = "{% for message in messages %}{{ message.role }}: {{ message.content }}\n{% endfor %}assistant:"


def vocabulary():
    """Tokens with their scores and types: the control tokens, each byte, the words."""
    tokens = [(SPECIAL[UNKNOWN], 0.0, gguf.TokenType.UNKNOWN)]
    tokens += [(token, 0.0, gguf.TokenType.CONTROL) for token in SPECIAL[1:]]
    tokens += [(b"<0x%02X>" % byte, 0.0, gguf.TokenType.BYTE) for byte in range(256)]
    # The tokenizer marks the beginning of a word with U+2581.
    tokens += [(("\u2581" + word).encode(), -float(rank), gguf.TokenType.NORMAL) for rank, word in enumerate(WORDS)]
    return tokens


def weights(words):
    """Every tensor by its name in the file."""
    random = numpy.random.default_rng(20)

    def matrix(*shape):
        return (random.standard_normal(shape) * 0.3).astype(numpy.float32)

    ones = numpy.ones(WIDTH, dtype=numpy.float32)
    output = matrix(words, WIDTH)
    # Bytes and control tokens are made unlikely: half a character is legal, but no pleasure to read.
    output[: words - len(WORDS)] *= 0.2
    yield "token_embd.weight", matrix(words, WIDTH)
    yield "output_norm.weight", ones
    yield "output.weight", output
    for layer in range(LAYERS):
        for name, shape in {
            "attn_q": (WIDTH, WIDTH),
            "attn_k": (WIDTH, WIDTH),
            "attn_v": (WIDTH, WIDTH),
            "attn_output": (WIDTH, WIDTH),
            "ffn_gate": (HIDDEN, WIDTH),
            "ffn_up": (HIDDEN, WIDTH),
            "ffn_down": (WIDTH, HIDDEN),
        }.items():
            yield f"blk.{layer}.{name}.weight", matrix(*shape)
        yield f"blk.{layer}.attn_norm.weight", ones
        yield f"blk.{layer}.ffn_norm.weight", ones


def main(path):
    tokens = vocabulary()
    writer = gguf.GGUFWriter(path, "llama")
    writer.add_name("noise")
    writer.add_file_type(gguf.LlamaFileType.ALL_F32)
    writer.add_vocab_size(len(tokens))
    writer.add_context_length(CONTEXT)
    writer.add_embedding_length(WIDTH)
    writer.add_block_count(LAYERS)
    writer.add_feed_forward_length(HIDDEN)
    writer.add_head_count(HEADS)
    writer.add_head_count_kv(HEADS)
    writer.add_layer_norm_rms_eps(1e-5)
    writer.add_rope_dimension_count(WIDTH // HEADS)
    writer.add_tokenizer_model("llama")
    writer.add_token_list([token for token, _, _ in tokens])
    writer.add_token_scores([score for _, score, _ in tokens])
    writer.add_token_types([kind for _, _, kind in tokens])
    writer.add_unk_token_id(UNKNOWN)
    writer.add_bos_token_id(BEGIN)
    writer.add_eos_token_id(END)
    writer.add_chat_template(TEMPLATE)
    for name, tensor in weights(len(tokens)):
        writer.add_tensor(name, tensor)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


main(sys.argv[1])
