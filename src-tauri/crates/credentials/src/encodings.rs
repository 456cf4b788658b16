//! The forms in which a key comes back from servers: as it is, and as JSON, URLs and base64 write it.

use std::fmt::Write;

use zeroize::Zeroizing;

/// A secret text that is wiped when dropped.
pub(crate) type SecretText = Zeroizing<String>;

const BASE64: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/// The text itself first, then every other form that differs from the ones before it.
pub(crate) fn forms(text: &str) -> Vec<SecretText> {
    let mut forms = vec![Zeroizing::new(text.to_owned())];
    let others = json_forms(text)
        .into_iter()
        .chain(url_forms(text))
        .chain(base64_forms(text));
    for form in others {
        if !forms.contains(&form) {
            forms.push(form);
        }
    }
    forms
}

/// JSON escapes what it must; some writers escape `/` too, others what HTML treats specially.
fn json_forms(text: &str) -> [SecretText; 3] {
    ["", "/", "/<>&'=+"].map(|more| {
        mapped(text, |c, out| {
            if matches!(c, '"' | '\\') || (c == '/' && more.contains(c)) {
                out.push('\\');
                out.push(c);
            } else if more.contains(c) {
                push_hex(out, "\\u00", c, false);
            } else {
                out.push(c);
            }
        })
    })
}

/// Percent encoding, with what RFC 3986 and what browsers leave alone, in either case.
fn url_forms(text: &str) -> [SecretText; 4] {
    [
        ("-_.~", true),
        ("-_.~", false),
        ("-_.~!*'()", true),
        ("-_.~!*'()", false),
    ]
    .map(|(plain, upper)| {
        mapped(text, |c, out| {
            if c.is_ascii_alphanumeric() || plain.contains(c) {
                out.push(c);
            } else {
                push_hex(out, "%", c, upper);
            }
        })
    })
}

fn push_hex(out: &mut SecretText, before: &str, c: char, upper: bool) {
    let code = u32::from(c);
    // Writing to a string can't fail.
    let _ = if upper {
        write!(**out, "{before}{code:02X}")
    } else {
        write!(**out, "{before}{code:02x}")
    };
}

/// Base64 in both alphabets, at each of the three places the text can take in a group of three bytes. Characters that depend on
/// neighbouring bytes are left off.
fn base64_forms(text: &str) -> impl Iterator<Item = SecretText> {
    let standard = [0, 1, 2].map(|before| base64_within(text.as_bytes(), before));
    let url_safe = standard.clone().map(|form| {
        mapped(&form, |c, out| {
            out.push(match c {
                '+' => '-',
                '/' => '_',
                other => other,
            });
        })
    });
    standard.into_iter().chain(url_safe)
}

/// The base64 characters that `bytes` alone decide when `before` other bytes stand before them.
fn base64_within(bytes: &[u8], before: usize) -> SecretText {
    let first_bit = before * 8;
    let last_bit = first_bit + bytes.len() * 8;
    let bit = |at: usize| (bytes[(at - first_bit) / 8] >> (7 - (at - first_bit) % 8)) & 1;
    let mut out = Zeroizing::new(String::with_capacity(bytes.len() * 2));
    for start in (first_bit.div_ceil(6) * 6..last_bit).step_by(6) {
        if start + 6 <= last_bit {
            let digit = (start..start + 6).fold(0, |digit, at| digit << 1 | bit(at));
            out.push(char::from(BASE64[usize::from(digit)]));
        }
    }
    out
}

/// Rewrites a text character by character into a buffer that is large enough not to move, which would leave a copy behind.
fn mapped(text: &str, write: impl Fn(char, &mut SecretText)) -> SecretText {
    let mut out = Zeroizing::new(String::with_capacity(text.len() * 6));
    for c in text.chars() {
        write(c, &mut out);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(text: &str) -> Vec<String> {
        forms(text).iter().map(|form| form.to_string()).collect()
    }

    #[test]
    fn a_plain_key_has_its_own_form_and_three_of_base64() {
        // As written by another program: c2stY2FuYXJ5, after one byte eHNrLWNhbmFyeQ==, after two eHhzay1jYW5hcnk=.
        assert_eq!(
            texts("sk-canary"),
            ["sk-canary", "c2stY2FuYXJ5", "NrLWNhbmFye", "zay1jYW5hcn"]
        );
    }

    #[test]
    fn odd_characters_have_a_form_for_each_writer() {
        let texts = texts("a\"b\\c/d=e(f");
        for form in [
            r#"a\"b\\c/d=e(f"#,
            r#"a\"b\\c\/d=e(f"#,
            r#"a\"b\\c\/d\u003de(f"#,
            "a%22b%5Cc%2Fd%3De%28f",
            "a%22b%5cc%2fd%3de%28f",
            "a%22b%5Cc%2Fd%3De(f",
        ] {
            assert!(texts.iter().any(|text| text == form), "{form} in {texts:?}");
        }
    }

    #[test]
    fn base64_has_both_alphabets() {
        let texts = texts("??>>??>>?");
        assert!(texts.iter().any(|text| text == "Pz8+Pj8/Pj4/"), "{texts:?}");
        assert!(texts.iter().any(|text| text == "Pz8-Pj8_Pj4_"), "{texts:?}");
    }
}
