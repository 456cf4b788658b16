//! The languages that code comes in: their names for people, and the syntax each is coloured with.

/// A language as fences name it.
pub(crate) struct Known {
    /// The name to show.
    pub(crate) name: &'static str,
    /// What the syntax set finds it by; `None` for text without a syntax.
    pub(crate) token: Option<&'static str>,
}

/// The first word of a fence's info string: `rust` of `rust,ignore` and of `rust {.numbered}`.
pub(crate) fn word(info: &str) -> &str {
    let info = info.trim_start().trim_start_matches(['{', '.']);
    info.split(|c: char| c.is_whitespace() || matches!(c, ',' | '{' | '}' | ';'))
        .next()
        .unwrap_or_default()
}

/// The name of a language for people: `JavaScript` for `js`. A word that is not known is its own name.
pub fn display_name(info: &str) -> String {
    let word = word(info);
    match known(word) {
        Some(known) => known.name.to_owned(),
        None if word.is_empty() => info.trim().to_owned(),
        None => word.to_owned(),
    }
}

/// What is known of the language that a word names.
pub(crate) fn known(word: &str) -> Option<Known> {
    let word = word.to_ascii_lowercase();
    let (_, name, token) = LANGUAGES
        .iter()
        .find(|(words, ..)| words.split(' ').any(|w| w == word))?;
    Some(Known {
        name,
        token: (!token.is_empty()).then_some(*token),
    })
}

/// Every word that is known.
#[cfg(test)]
pub(crate) fn words() -> impl Iterator<Item = &'static str> {
    LANGUAGES.iter().flat_map(|(words, ..)| words.split(' '))
}

/// Words, name, token.
///
/// The grammars for the pure-Rust expression engine lack PowerShell's, and Markdown's takes seconds for a line of backticks.
#[rustfmt::skip]
const LANGUAGES: &[(&str, &str, &str)] = &[
    ("text txt plain plaintext none output", "Text", ""),
    ("asm nasm x86asm", "Assembly", "asm"),
    ("bash sh shell zsh shellscript", "Shell", "sh"),
    ("console shell-session shellsession terminal", "Console", ""),
    ("bat cmd batch", "Batch", "bat"),
    ("c h", "C", "c"),
    ("c++ cpp cxx cc hpp", "C++", "cpp"),
    ("c# cs csharp", "C#", "cs"),
    ("clojure clj", "Clojure", "clj"),
    ("cmake", "CMake", "cmake"),
    ("css", "CSS", "css"),
    ("csv", "CSV", "csv"),
    ("dart", "Dart", "dart"),
    ("diff patch", "Diff", "diff"),
    ("dockerfile docker", "Dockerfile", "dockerfile"),
    ("dotenv env", "dotenv", "env"),
    ("elixir ex exs", "Elixir", "ex"),
    ("elm", "Elm", "elm"),
    ("erlang erl", "Erlang", "erl"),
    ("f# fs fsharp", "F#", "fs"),
    ("fish", "fish", "fish"),
    ("fortran f90", "Fortran", "f90"),
    ("go golang", "Go", "go"),
    ("graphql gql", "GraphQL", "graphql"),
    ("groovy gradle", "Groovy", "groovy"),
    ("haskell hs", "Haskell", "hs"),
    ("html htm xhtml", "HTML", "html"),
    ("http", "HTTP", "http"),
    ("ini cfg properties", "INI", "ini"),
    ("java", "Java", "java"),
    ("javascript js mjs cjs node", "JavaScript", "js"),
    ("json jsonc json5 ndjson jsonl", "JSON", "json"),
    ("jsx", "JSX", "tsx"),
    ("julia jl", "Julia", "jl"),
    ("kotlin kt kts", "Kotlin", "kt"),
    ("latex tex", "LaTeX", "tex"),
    ("less", "Less", "less"),
    ("lisp commonlisp common-lisp", "Lisp", "lisp"),
    ("lua", "Lua", "lua"),
    ("makefile make mk", "Makefile", "makefile"),
    ("markdown md", "Markdown", ""),
    ("matlab octave", "MATLAB", "matlab"),
    ("nginx", "nginx", "nginx"),
    ("nim", "Nim", "nim"),
    ("nix", "Nix", "nix"),
    ("objective-c objectivec objc", "Objective-C", "m"),
    ("ocaml ml", "OCaml", "ml"),
    ("perl pl", "Perl", "pl"),
    ("php", "PHP", "php"),
    ("powershell ps1 pwsh", "PowerShell", ""),
    ("protobuf proto", "Protocol Buffers", "proto"),
    ("python py python3 py3", "Python", "py"),
    ("r", "R", "r"),
    ("ruby rb", "Ruby", "rb"),
    ("rust rs", "Rust", "rs"),
    ("scala", "Scala", "scala"),
    ("scss sass", "SCSS", "scss"),
    ("sql mysql postgresql postgres sqlite plsql tsql", "SQL", "sql"),
    ("svelte", "Svelte", "svelte"),
    ("swift", "Swift", "swift"),
    ("terraform tf hcl", "Terraform", "tf"),
    ("toml", "TOML", "toml"),
    ("tsx", "TSX", "tsx"),
    ("typescript ts mts cts", "TypeScript", "ts"),
    ("vue", "Vue", "vue"),
    ("xml svg xsl xsd", "XML", "xml"),
    ("yaml yml", "YAML", "yaml"),
    ("zig", "Zig", "zig"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_have_names_and_unknown_words_are_their_own() {
        for (info, name) in [
            ("rust", "Rust"),
            ("rust,ignore", "Rust"),
            ("JS", "JavaScript"),
            ("js title=\"a.js\"", "JavaScript"),
            ("{.python .numbered}", "Python"),
            ("sql", "SQL"),
            ("c++", "C++"),
            ("Brainfuck", "Brainfuck"),
            ("", ""),
            (",", ","),
        ] {
            assert_eq!(display_name(info), name, "{info:?}");
        }
    }
}
