//! Which destinations may be offered to the reader, and where an image would be asked for.

use url::Url;

/// The normalised form of a destination that may become a link; `None` for every other.
///
/// The URL standard's parser strips what a browser would strip (outer control characters and spaces, tabs and line ends
/// anywhere) before the scheme is judged, so that no spelling of another scheme passes, and what is offered is exactly
/// what was judged.
pub fn offered(destination: &str) -> Option<String> {
    let url = Url::parse(destination).ok()?;
    match url.scheme() {
        "http" | "https" if url.has_host() => Some(url.into()),
        "mailto" if !url.path().is_empty() => Some(url.into()),
        _ => None,
    }
}

/// The host that a browser would ask for this image, whatever way the destination is spelled.
pub fn host(destination: &str) -> Option<String> {
    // A name that can't exist (RFC 2606) stands for the page: what still points to it after joining names no host.
    const PAGE: &str = "page.invalid";
    let page = Url::parse(&format!("https://{PAGE}/")).ok()?;
    let url = page.join(destination).ok()?;
    url.host_str()
        .filter(|host| !host.is_empty() && *host != PAGE)
        .map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn web_and_mail_are_offered_in_their_normal_form() {
        assert_eq!(
            offered("https://Example.com/a b"),
            Some("https://example.com/a%20b".into())
        );
        assert_eq!(
            offered("HTTP:\\\\example.com"),
            Some("http://example.com/".into())
        );
        assert_eq!(
            offered("mailto:a@example.com"),
            Some("mailto:a@example.com".into())
        );
        assert_eq!(
            offered("\u{1} ht\ntps://example.com"),
            Some("https://example.com/".into())
        );
        assert_eq!(
            offered("https://bücher.example/"),
            Some("https://xn--bcher-kva.example/".into())
        );
    }

    #[test]
    fn nothing_else_is_offered() {
        for destination in [
            "javascript:alert(1)",
            "JaVaScRiPt:alert(1)",
            "java\tscript:alert(1)",
            "java\nscript:alert(1)",
            "\u{0}javascript:alert(1)",
            " \u{1f}javascript:alert(1)",
            "javascript\u{200b}:alert(1)",
            "data:text/html,<script>alert(1)</script>",
            "vbscript:msgbox",
            "file:///etc/passwd",
            "blob:https://example.com/1",
            "tauri://localhost",
            "ftp://example.com",
            "//example.com",
            "/relative",
            "#fragment",
            "relative",
            "https://",
            "mailto:",
            "",
        ] {
            assert_eq!(offered(destination), None, "{destination:?}");
        }
    }

    #[test]
    fn an_images_host_is_named_however_it_is_spelled() {
        for destination in [
            "https://evil.example/a.png",
            "//evil.example/a.png",
            "/\\evil.example/a.png",
            "http:evil.example/a.png",
            "ht\ttp://evil.example/a.png",
        ] {
            assert_eq!(
                host(destination),
                Some("evil.example".into()),
                "{destination:?}"
            );
        }
        assert_eq!(host("data:image/svg+xml,<svg/>"), None);
        assert_eq!(host("a.png"), None);
    }
}
