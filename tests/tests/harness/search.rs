use std::io::{BufRead as _, BufReader};
use std::process::{Command, Stdio};

use e2e::needle::{Encoding, Needle, Part};
use e2e::processes::{Leash, Running};
use e2e::{disk, memory};

/// Python that makes the secret while it runs: the text of this file must not be what is found.
const SECRET: &str = "'-'.join(['sk', 'harness', 'x7Qp' * 6])";

fn secret() -> String {
    ["sk", "harness", &"x7Qp".repeat(6)].join("-")
}

/// A process that has made `expression` of the secret `s` and keeps it, and nothing else of it.
fn holder(leash: &Leash, expression: &str) -> Running {
    let program = format!(
        "import base64, json, sys\n\
         s = {SECRET}\n\
         kept = {expression}\n\
         del s\n\
         print('ready', flush=True)\n\
         sys.stdin.read()"
    );
    let mut child = leash.spawn(
        Command::new("python3")
            .args(["-c", &program])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped()),
    );
    let output = child.child().stdout.as_mut().unwrap();
    let mut ready = String::new();
    BufReader::new(output).read_line(&mut ready).unwrap();
    assert_eq!(ready, "ready\n");
    child
}

#[test]
fn a_secret_in_memory_is_found_in_each_encoding() {
    let leash = Leash::new();
    let needle = Needle::new(&secret());
    for (expression, encoding) in [
        ("bytearray(s.encode())", Encoding::Utf8),
        ("bytearray(s.encode('utf-16-le'))", Encoding::Utf16),
        (
            "bytearray(base64.b64encode(b'a' + s.encode()))",
            Encoding::Base64,
        ),
        ("bytearray(s.encode().hex().encode())", Encoding::Hex),
        // In a mapping so large that only its pages that exist are read.
        (
            "bytearray(64 << 20) + s.encode('utf-16-le')",
            Encoding::Utf16,
        ),
    ] {
        let holder = holder(&leash, expression);
        let searched = memory::search(holder.pid(), &needle).unwrap();
        let found = searched
            .hits
            .iter()
            .any(|hit| hit.encoding == encoding && hit.part == Part::Whole);
        assert!(found, "{expression}: {searched:?}");
    }
}

#[test]
fn half_a_secret_in_memory_is_found() {
    let leash = Leash::new();
    // The whole is made of two halves that are never together.
    let program = "import sys\nkept = bytearray(b'sk-' + b'harness-' + b'x7Qp' * 2)\nprint('ready', flush=True)\nsys.stdin.read()";
    let mut child = leash.spawn(
        Command::new("python3")
            .args(["-c", program])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped()),
    );
    let mut ready = String::new();
    BufReader::new(child.child().stdout.as_mut().unwrap())
        .read_line(&mut ready)
        .unwrap();
    let hits = memory::search(child.pid(), &Needle::new(&secret()))
        .unwrap()
        .hits;
    assert!(
        hits.iter().any(|hit| hit.part == Part::FirstHalf),
        "{hits:?}"
    );
    assert!(hits.iter().all(|hit| hit.part != Part::Whole), "{hits:?}");
}

#[test]
fn memory_without_the_secret_shows_none_and_was_read() {
    let leash = Leash::new();
    let program = "import sys\nprint('ready', flush=True)\nsys.stdin.read()";
    let mut child = leash.spawn(
        Command::new("python3")
            .args(["-c", program])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped()),
    );
    let mut ready = String::new();
    BufReader::new(child.child().stdout.as_mut().unwrap())
        .read_line(&mut ready)
        .unwrap();
    let searched = memory::search(child.pid(), &Needle::new(&secret())).unwrap();
    assert_eq!(searched.hits, []);
    assert!(
        searched.bytes > 1 << 20,
        "an interpreter is larger than {} bytes",
        searched.bytes
    );
}

#[test]
fn a_secret_on_disk_is_found_in_contents_across_chunks_and_in_names() {
    let folder = tempfile::tempdir().unwrap();
    let needle = Needle::new(&secret());
    let deep = folder.path().join("a/b");
    std::fs::create_dir_all(&deep).unwrap();
    std::fs::write(deep.join("clean"), "nothing here").unwrap();
    let clean = disk::search(folder.path(), &needle).unwrap();
    assert_eq!((clean.hits, clean.files), (vec![], 1));

    // Across the border of the pieces in which files are read, wherever between these it lies.
    for before in [(1 << 20) - 20, (1 << 20) + 180, 3 << 20] {
        let file = deep.join("across");
        std::fs::write(&file, ".".repeat(before) + &secret()).unwrap();
        let hits = disk::search(folder.path(), &needle).unwrap().hits;
        let whole = hits
            .iter()
            .find(|hit| hit.part == Part::Whole && hit.encoding == Encoding::Utf8);
        assert_eq!(whole.expect("it is found").offset, before as u64);
        std::fs::remove_file(file).unwrap();
    }

    std::fs::write(deep.join(secret()), "").unwrap();
    let hits = disk::search(folder.path(), &needle).unwrap().hits;
    assert!(!hits.is_empty());
    assert!(
        !format!("{hits:?}").contains(&secret()),
        "a hit must not tell the secret"
    );
}
