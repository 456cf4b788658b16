//! A download shows how far it is, can be stopped, and is gone on with where it broke off.

use e2e::provider::{Gate, Reply};
use e2e::releases::{PACKAGE, Releases, TARGET, VERSION, package, whole_or_rest};
use e2e::settings_page::press;
use e2e::wait::SOON;
use e2e::window::{App, CHAT};

use crate::common::{check, desk, staged, updates_page, wait_for_state};

const NAME: &str = "Chatelaine_99.0.0_amd64.deb";

/// A release whose package is given by a script of the test's own.
fn announced(releases: &Releases, package: &[u8]) {
    let signature = releases.signer.sign(package, NAME, VERSION);
    let mut manifest = releases.manifest(VERSION, &signature);
    manifest["platforms"][TARGET]["size"] = package.len().into();
    releases.offer(&manifest);
}

#[test]
fn a_download_shows_how_far_it_is_and_can_be_stopped() {
    let desk = desk();
    let releases = Releases::new();
    let package = package(desk.folder(), "chatelaine", VERSION, 3_000_000);
    announced(&releases, &package);
    let gate = Gate::new();
    let reply = Reply::new(200)
        .header("etag", "\"a\"")
        .send(&package[..1_500_000])
        .gate(&gate)
        .send(&package[1_500_000..]);
    releases.server.always(PACKAGE, move |_| reply.clone());
    let patient = releases
        .launch(&desk)
        .env("CHATELAINE_SWITCH_UPDATE_PATIENCE_MS", "60000");
    let app = App::start(&desk, &patient);
    let page = updates_page(&app);
    check(&page, "available");
    press(&page, "Download");
    gate.wait_for_arrival(1);
    let chat = app.page(CHAT);
    chat.wait_for_text("update-banner", "1.5 of 3 MB");
    press(&chat, "Cancel");
    releases.server.exchanges_for(PACKAGE)[0].wait_for_abandonment(SOON);
    wait_for_state(&page, "update-state", "available");
    wait_for_state(&chat, "update-banner", "available");
}

#[test]
fn what_broke_off_is_gone_on_with_by_the_next_start_too() {
    let desk = desk();
    let releases = Releases::new();
    let package = package(desk.folder(), "chatelaine", VERSION, 300_000);
    announced(&releases, &package);
    let tag = format!("\"{}\"", package.len());
    releases.server.reply_once(
        PACKAGE,
        Reply::new(200)
            .header("etag", &tag)
            .send(&package[..100_000])
            .cut(),
    );
    let gate = Gate::new();
    releases.server.reply_once(
        PACKAGE,
        Reply::new(206)
            .header("etag", &tag)
            .header(
                "content-range",
                &format!("bytes 100000-{}/{}", package.len() - 1, package.len()),
            )
            .send(&package[100_000..200_000])
            .gate(&gate),
    );
    let rest = package.clone();
    releases
        .server
        .always(PACKAGE, move |request| whole_or_rest(request, &rest));

    let mut app = App::start(&desk, &releases.launch(&desk));
    let page = updates_page(&app);
    check(&page, "available");
    press(&page, "Download");
    page.wait_for_text("update-fault", "broke off");
    press(&page, "Try again");
    gate.wait_for_arrival(1);
    drop(page);
    app.crash();
    drop(app);

    let app = App::start(&desk, &releases.launch(&desk));
    let page = updates_page(&app);
    // A server that does not answer costs nothing of what is here.
    releases.say(Reply::new(500));
    check(&page, "failed");
    announced(&releases, &package);
    check(&page, "available");
    press(&page, "Download");
    wait_for_state(&page, "update-state", "ready");
    let asked: Vec<_> = releases
        .server
        .exchanges_for(PACKAGE)
        .iter()
        .map(|exchange| exchange.request().header("range").map(str::to_owned))
        .collect();
    assert_eq!(asked[..2], [None, Some("bytes=100000-".to_owned())]);
    // As much as was on disk when the app was killed.
    let from = asked[2].as_deref().and_then(|range| {
        let from = range.strip_prefix("bytes=")?.strip_suffix('-')?;
        from.parse::<u64>().ok()
    });
    assert!(
        from.is_some_and(|from| (100_000..=200_000).contains(&from)),
        "{asked:?}"
    );
    assert_eq!(staged(&desk), [format!("chatelaine-{VERSION}.deb")]);
}

#[test]
fn what_changed_on_the_server_meanwhile_comes_whole() {
    let desk = desk();
    let releases = Releases::new();
    let package = package(desk.folder(), "chatelaine", VERSION, 100_000);
    announced(&releases, &package);
    releases.server.reply_once(
        PACKAGE,
        Reply::new(200)
            .header("etag", "\"an earlier file\"")
            .send(vec![7; 50_000])
            .cut(),
    );
    releases
        .server
        .always(PACKAGE, move |request| whole_or_rest(request, &package));
    let app = App::start(&desk, &releases.launch(&desk));
    let page = updates_page(&app);
    check(&page, "available");
    press(&page, "Download");
    page.wait_for_text("update-fault", "broke off");
    press(&page, "Try again");
    wait_for_state(&page, "update-state", "ready");
}
