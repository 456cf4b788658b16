//! What is no update is refused, each with its own words, and the version that runs goes on.

use std::time::Duration;

use e2e::dialog::Dialog;
use e2e::provider::{Provider, Reply};
use e2e::releases::{MANIFEST, PACKAGE, Releases, Signer, TARGET, VERSION, package, package_for};
use e2e::settings_page::press;
use e2e::wait::SOON;
use e2e::window::{App, CHAT, Page};
use e2e::{Desk, proof, wait_until};
use serde_json::{Value, json};

use crate::common::{check, desk, staged, updates_page, wait_for_state};

const NAME: &str = "Chatelaine_99.0.0_amd64.deb";

/// Writes down that so many were tried, after each was seen to be refused.
fn proved(tried: usize, control: &str) {
    proof::attack("have a bad update installed", tried as u64, 0, control);
}

/// Waits for the words of a fault.
#[track_caller]
fn assert_refused(page: &Page<'_>, words: &str) {
    wait_for_state(page, "update-state", "failed");
    let said = page.wait_for_text("update-fault", words);
    // What it means for what is there.
    assert!(said.contains("keeps running"), "{said}");
}

/// The app still does what it is for.
#[track_caller]
fn assert_works(app: &App<'_>) {
    let chat = app.page(CHAT);
    chat.type_into("composer", "Are you there?");
    chat.click("send");
    chat.find("message-assistant");
    chat.wait_until_gone("stop");
}

/// The words, and what the server says in place of what there is.
fn odd_manifests(releases: &Releases) -> Vec<(&'static str, Reply)> {
    let good = releases.manifest(VERSION, "c2ln");
    let changed = |pointer: &str, value: Value| {
        let mut manifest = good.clone();
        *manifest.pointer_mut(pointer).unwrap() = value;
        Reply::json(200, &manifest)
    };
    let package = |field: &str| format!("/platforms/{TARGET}/{field}");
    let elsewhere = Provider::http();
    let plain = format!("{}/latest.json", elsewhere.origin());
    vec![
        (
            "something that is not about a version",
            Reply::html(200, "<!doctype html><title>Please log in</title>"),
        ),
        ("answered with nothing", Reply::new(200).send("")),
        (
            "far more than there is to say",
            Reply::new(200).send(vec![b' '; 10_000_000]),
        ),
        (
            "not there for this kind of computer",
            changed("/platforms", json!({ "windows-x86_64-msi": {} })),
        ),
        ("“newest” is not one", changed("/version", json!("newest"))),
        ("says too little", changed("/version", Value::Null)),
        (
            "The address of the download is not encrypted",
            changed(&package("url"), json!("http://127.0.0.1:9/chatelaine.deb")),
        ),
        ("is not signed", changed(&package("signature"), json!(""))),
        ("a fault of its own (500)", Reply::new(500)),
        ("fell silent", Reply::silence()),
        ("broke off", Reply::hang_up()),
        (
            "leads on to an address that is not encrypted",
            Reply::redirect(302, &plain),
        ),
        ("leads on and on", Reply::redirect(302, MANIFEST)),
        // Never two in a row that are told in the same words.
        (
            "far more than there is to say",
            Reply::new(200).forever(vec![b' '; 65_536], Duration::from_millis(1)),
        ),
        ("fell silent", Reply::new(200).send("{\"version\":").stall()),
        ("broke off", Reply::new(200).send("{\"version\":").cut()),
    ]
}

#[test]
fn what_is_no_manifest_is_refused_each_with_its_words() {
    let desk = desk();
    let releases = Releases::new();
    let app = App::start(&desk, &releases.launch(&desk));
    let page = updates_page(&app);
    let manifests = odd_manifests(&releases);
    let tried = manifests.len();
    for (words, reply) in manifests {
        releases.say(reply);
        let before = releases.server.exchanges_for(MANIFEST).len();
        press(&page, "Check now");
        // Two in a row may have the same words.
        wait_until("the server to be asked", SOON, || {
            releases.server.exchanges_for(MANIFEST).len() > before
        });
        assert_refused(&page, words);
    }
    let resolved = page.all("update-notes");
    assert!(resolved.is_empty(), "nothing is offered of it");
    assert_works(&app);
    assert!(staged(&desk).is_empty());
    // The same server, with what is right.
    releases.offer(&releases.manifest(VERSION, "c2ln"));
    check(&page, "available");
    proved(tried, "a manifest that is right is taken");
}

#[test]
fn what_is_not_newer_is_left_alone() {
    let desk = desk();
    let releases = Releases::new();
    let app = App::start(&desk, &releases.launch(&desk));
    let page = updates_page(&app);
    let running = env!("CARGO_PKG_VERSION");
    releases.offer(&releases.manifest(running, "c2ln"));
    check(&page, "upToDate");
    releases.offer(&releases.manifest("0.0.1", "c2ln"));
    press(&page, "Check now");
    page.wait_for_text("update-state", "The server offers 0.0.1, which is older");
    assert!(releases.server.exchanges_for(PACKAGE).is_empty());
}

#[test]
fn an_address_that_is_not_encrypted_is_never_asked() {
    let desk = desk();
    let server = Provider::http();
    let releases = Releases::new();
    let endpoint = format!("{}{MANIFEST}", server.origin());
    let app = App::start(&desk, &releases.launch_at(&desk, &endpoint));
    let page = updates_page(&app);
    press(&page, "Check now");
    assert_refused(&page, "is not encrypted, so it was not asked");
    assert!(server.exchanges().is_empty());
    assert_works(&app);
}

#[test]
fn a_server_that_nobody_vouches_for_is_not_believed() {
    let desk = desk();
    let releases = Releases::new();
    let launch = releases.launch(&desk).without_env("SSL_CERT_FILE");
    let app = App::start(&desk, &launch);
    let page = updates_page(&app);
    press(&page, "Check now");
    assert_refused(&page, "can’t be trusted");
    assert!(releases.server.exchanges().is_empty());
}

/// A package that is refused: the words, the package, its signature, and the size that is told.
struct Bad {
    words: &'static str,
    package: Vec<u8>,
    signature: String,
    size: Option<usize>,
}

fn bad_packages(desk: &Desk, makers: &Signer) -> Vec<Bad> {
    let good = package(desk.folder(), "chatelaine", VERSION, 20_000);
    let bad = |words, package: &[u8], signature: String| Bad {
        words,
        package: package.to_vec(),
        signature,
        size: None,
    };
    let mut flipped = good.clone();
    let middle = flipped.len() / 2;
    flipped[middle] ^= 1;
    let signed = |file: &[u8]| makers.sign(file, NAME, VERSION);
    let older = package(desk.folder(), "chatelaine", "98.0.0", 20_000);
    let other = package(desk.folder(), "castellan", VERSION, 20_000);
    let vax = package_for(desk.folder(), "chatelaine", VERSION, "vax", 20_000);
    let half = &good[..good.len() / 2];
    vec![
        bad("is not what was signed", &flipped, signed(&good)),
        bad(
            "signed with another key",
            &good,
            Signer::new().sign(&good, NAME, VERSION),
        ),
        bad("can’t be read", &good, "bm90IGEgc2lnbmF0dXJl".to_owned()),
        bad("is not what was signed", half, signed(&good)),
        Bad {
            size: Some(good.len()),
            ..bad("not as long as it should be", half, signed(&good))
        },
        // A genuine package of an earlier release, told to be the newest.
        bad(
            "The signature is that of another version “98.0.0”",
            &older,
            makers.sign(&older, "Chatelaine_98.0.0_amd64.deb", "98.0.0"),
        ),
        // The same, signed by mistake as what it is told to be.
        bad("holds another version “98.0.0”", &older, signed(&older)),
        bad(
            "does not say which version",
            &good,
            makers.sign_with(&good, &format!("timestamp:1\tfile:{NAME}")),
        ),
        // Another product of the same makers, under its own name and under ours.
        bad(
            "another program “Castellan_99.0.0_amd64.deb”",
            &other,
            makers.sign(&other, "Castellan_99.0.0_amd64.deb", VERSION),
        ),
        bad("another program “castellan”", &other, signed(&other)),
        bad("another kind of computer “vax”", &vax, signed(&vax)),
        bad(
            "can’t be read as a package",
            b"#!/bin/sh\nexit 0\n",
            signed(b"#!/bin/sh\nexit 0\n"),
        ),
    ]
}

#[test]
fn what_is_not_the_package_that_was_made_is_refused_each_with_its_words() {
    let desk = desk();
    let releases = Releases::new();
    let app = App::start(&desk, &releases.launch(&desk));
    let page = updates_page(&app);
    let packages = bad_packages(&desk, &releases.signer);
    let tried = packages.len();
    for bad in packages {
        let mut manifest = releases.manifest(VERSION, &bad.signature);
        manifest["platforms"][TARGET]["size"] = json!(bad.size);
        releases.offer(&manifest);
        releases.give(bad.package);
        check(&page, "available");
        press(&page, "Download");
        assert_refused(&page, bad.words);
        assert!(
            staged(&desk).is_empty(),
            "{}: {:?}",
            bad.words,
            staged(&desk)
        );
    }
    let good = package(desk.folder(), "chatelaine", VERSION, 20_000);
    releases.release(good, VERSION);
    check(&page, "available");
    press(&page, "Download");
    wait_for_state(&page, "update-state", "ready");
    proved(tried, "a package that is right gets ready");
    assert_works(&app);
}

#[test]
fn a_download_by_a_bad_way_is_refused() {
    let desk = desk();
    let releases = Releases::new();
    let elsewhere = Provider::http();
    let package = package(desk.folder(), "chatelaine", VERSION, 20_000);
    let signature = releases.signer.sign(&package, NAME, VERSION);
    let bounded = releases
        .launch(&desk)
        .env("CHATELAINE_SWITCH_UPDATE_LARGEST", "200000");
    let app = App::start(&desk, &bounded);
    let page = updates_page(&app);
    // Without a size, so that what bounds it is the app's own limit.
    releases.offer(&releases.manifest(VERSION, &signature));
    let plain = format!("{}{PACKAGE}", elsewhere.origin());
    let ways = [
        (
            "leads on to an address that is not encrypted",
            Reply::redirect(302, &plain),
        ),
        ("leads on and on", Reply::redirect(302, PACKAGE)),
        ("a fault of its own (404)", Reply::new(404)),
        (
            "larger than it may be",
            Reply::new(200).forever(vec![0; 65_536], Duration::from_millis(1)),
        ),
        (
            "fell silent",
            Reply::new(200).send(&package[..9_000]).stall(),
        ),
        ("broke off", Reply::new(200).send(&package[..9_000]).cut()),
    ];
    for (words, reply) in ways {
        releases.server.always(PACKAGE, move |_| reply.clone());
        check(&page, "available");
        press(&page, "Download");
        assert_refused(&page, words);
    }
    assert!(elsewhere.exchanges().is_empty());
    assert_works(&app);
}

#[test]
fn a_disk_that_is_full_loses_nothing() {
    let desk = desk();
    let releases = crate::common::good_release(&desk);
    let folder = desk.data_folder().join("updates");
    std::fs::create_dir_all(&folder).unwrap();
    // Every write there finds the disk full.
    let part = folder.join(format!("chatelaine-{VERSION}.part"));
    std::os::unix::fs::symlink("/dev/full", part).unwrap();
    let app = App::start(&desk, &releases.launch(&desk));
    let page = updates_page(&app);
    check(&page, "available");
    press(&page, "Download");
    assert_refused(&page, "The disk is full");
    assert_works(&app);
    press(&page, "Try again");
    wait_for_state(&page, "update-state", "ready");
}

#[test]
fn where_nothing_asks_for_permission_the_command_is_told_and_the_package_stays() {
    let desk = desk();
    let releases = crate::common::good_release(&desk);
    let app = App::start(&desk, &releases.launch(&desk));
    let page = updates_page(&app);
    check(&page, "available");
    press(&page, "Download");
    wait_for_state(&page, "update-state", "ready");
    drop(page);
    drop(app);

    // A search path on which nothing asks for permission.
    let bare = desk.folder().join("bare");
    std::fs::create_dir(&bare).unwrap();
    for program in std::fs::read_dir("/usr/bin").unwrap().flatten() {
        if program.file_name() != "pkexec" {
            std::os::unix::fs::symlink(program.path(), bare.join(program.file_name())).unwrap();
        }
    }
    let launch = releases.launch(&desk).env("PATH", &bare);
    let app = App::start(&desk, &launch);
    let page = updates_page(&app);
    check(&page, "available");
    press(&page, "Download");
    wait_for_state(&page, "update-state", "ready");
    assert_eq!(
        releases.server.exchanges_for(PACKAGE).len(),
        1,
        "what is here already is not fetched again"
    );
    press(&page, "Install and restart");
    Dialog::wait(&desk, "Install this version").press("Install");
    let said = page.wait_for_text("update-fault", "nothing in this session could ask");
    assert!(said.contains("sudo apt install '"), "{said}");
    assert_works(&app);
    wait_until("the package to stay for another try", SOON, || {
        staged(&desk) == [format!("chatelaine-{VERSION}.deb")]
    });
}
