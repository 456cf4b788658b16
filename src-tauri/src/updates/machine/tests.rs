use super::*;

use url::Url;

fn release() -> Release {
    Release {
        version: Version::new(0, 2, 0),
        notes: "- New.".into(),
        date: None,
        url: Url::parse("https://releases.test/a.deb").unwrap(),
        signature: "c2ln".into(),
        size: Some(9),
    }
}

/// Says yes to what can be installed.
fn install(inner: &mut Inner, has_package: bool) -> bool {
    let release = inner.installable(|_| has_package);
    release.is_some_and(|release| inner.install(&release, |_| has_package))
}

fn fault() -> UpdateFault {
    UpdateFault::new(UpdateFaultKind::Cut)
}

/// Every stage there is, with a version known of where that stage has one.
fn at_every_stage() -> Vec<Inner> {
    let stages = [
        Stage::NotChecked,
        Stage::Checking,
        Stage::UpToDate { older: None },
        Stage::Available,
        Stage::Downloading {
            received: 1,
            total: Some(9),
        },
        Stage::Ready,
        Stage::Installing,
        Stage::Installed,
        Stage::Failed(fault()),
        Stage::CheckFailed(fault()),
    ];
    let inner = |stage: Stage| {
        let knows_none = matches!(
            stage,
            Stage::NotChecked | Stage::Checking | Stage::UpToDate { .. }
        );
        Inner {
            stage,
            release: (!knows_none).then(|| Arc::new(release())),
            ..Inner::default()
        }
    };
    stages.into_iter().map(inner).collect()
}

/// The names of the stages at which something may begin.
fn begins_at(begins: impl Fn(&mut Inner) -> bool) -> Vec<String> {
    let may = at_every_stage().into_iter().filter_map(|mut inner| {
        let before = format!("{:?}", inner.stage);
        begins(&mut inner).then_some(before)
    });
    may.map(|stage| {
        stage
            .split([' ', '('])
            .next()
            .unwrap_or_default()
            .to_owned()
    })
    .collect()
}

#[test]
fn each_step_begins_where_it_can_and_nowhere_else() {
    assert_eq!(
        begins_at(Inner::check),
        [
            "NotChecked",
            "UpToDate",
            "Available",
            "Ready",
            "Failed",
            "CheckFailed"
        ]
    );
    assert_eq!(
        begins_at(|inner| inner.fetch().is_some()),
        ["Available", "Failed", "CheckFailed"]
    );
    assert_eq!(
        begins_at(|inner| install(inner, true)),
        ["Ready", "Failed", "CheckFailed"]
    );
    // What failed before its package was here can't be installed.
    assert_eq!(begins_at(|inner| install(inner, false)), ["Ready"]);
}

#[test]
fn a_step_that_may_not_begin_changes_nothing() {
    for inner in at_every_stage() {
        let mut after = inner.clone();
        if !after.check() {
            assert_eq!(after.stage, inner.stage);
        }
    }
}

#[test]
fn what_is_ready_stays_so_until_there_is_something_newer() {
    let ready = || Inner {
        stage: Stage::Ready,
        release: Some(Arc::new(release())),
        ..Inner::default()
    };
    for offer in [Ok(Offer::Newer(release())), Err(fault())] {
        let mut inner = ready();
        assert!(inner.check());
        inner.checked(offer, true, 5);
        assert_eq!(inner.stage, Stage::Ready);
    }
    let mut inner = ready();
    inner.check();
    let newer = Release {
        version: Version::new(0, 3, 0),
        ..release()
    };
    inner.checked(Ok(Offer::Newer(newer)), true, 5);
    assert_eq!(inner.stage, Stage::Available);
    // Whoever began to install while it was asked is not stopped by the answer.
    let mut inner = ready();
    inner.check();
    install(&mut inner, true);
    inner.checked(Ok(Offer::Same), true, 5);
    assert_eq!(inner.stage, Stage::Installing);
}

#[test]
fn a_version_goes_all_the_way() {
    let mut inner = Inner::default();
    assert!(inner.check());
    inner.checked(Ok(Offer::Newer(release())), true, 5);
    assert_eq!(inner.checked_at, Some(5));
    assert!(matches!(inner.state(None), UpdateState::Available { .. }));
    let fetched = inner.fetch().unwrap();
    assert!(matches!(
        inner.state(None),
        UpdateState::Downloading {
            received: 0,
            total: Some(9),
            ..
        }
    ));
    inner.downloaded(&fetched, Some(Ok(())));
    assert!(matches!(inner.state(None), UpdateState::Ready { .. }));
    assert!(install(&mut inner, true));
    assert!(matches!(inner.state(None), UpdateState::Installing { .. }));
    inner.installed(Ok(()));
    assert!(matches!(inner.state(None), UpdateState::Installed { .. }));
}

#[test]
fn a_question_without_an_answer_is_not_one_that_was_answered() {
    let mut inner = Inner::default();
    inner.check();
    inner.checked(Err(fault()), true, 5);
    assert_eq!(inner.checked_at, None);
    let UpdateState::Failed { update, .. } = inner.state(None) else {
        panic!("it failed");
    };
    assert_eq!(update, None);
    assert!(inner.fetch().is_none());
    assert!(!install(&mut inner, true));
}

#[test]
fn a_build_that_does_not_update_itself_says_so_at_every_stage() {
    for inner in at_every_stage() {
        for why in [UpdatesOff::NotBuiltIn, UpdatesOff::Managed] {
            assert_eq!(inner.state(Some(why)), UpdateState::Off { why });
        }
    }
    let why = UpdatesOff::SwitchedOff;
    let mut inner = Inner::default();
    assert_eq!(inner.state(Some(why)), UpdateState::Off { why });
    inner.check();
    assert_eq!(inner.state(Some(why)), UpdateState::Checking);
}

#[test]
fn what_is_known_outlives_an_answer_that_does_not_come() {
    let available = || Inner {
        stage: Stage::Available,
        release: Some(Arc::new(release())),
        ..Inner::default()
    };
    let mut inner = available();
    assert!(inner.check());
    // It stays in sight, and nobody asks twice at once.
    assert!(matches!(inner.state(None), UpdateState::Available { .. }));
    assert!(!inner.check());
    inner.checked(Err(fault()), false, 5);
    assert_eq!(inner.stage, Stage::Available);
    // Whoever waits is told, and can have it all the same.
    inner.check();
    inner.checked(Err(fault()), true, 5);
    assert_eq!(inner.stage, Stage::CheckFailed(fault()));
    assert!(inner.installable(|_| true).is_some());
    assert!(inner.clone().fetch().is_some());
    // It is the question that failed, so it is the question that is tried again.
    let UpdateState::Failed { update, .. } = inner.state(None) else {
        panic!("it failed");
    };
    assert_eq!(update, None);
    inner.check();
    inner.checked(Ok(Offer::Newer(release())), true, 6);
    assert_eq!(inner.stage, Stage::Available);
}

#[test]
fn a_yes_is_for_the_version_that_it_was_asked_for() {
    let mut inner = Inner {
        stage: Stage::Ready,
        release: Some(Arc::new(release())),
        ..Inner::default()
    };
    let said = inner.installable(|_| true).unwrap();
    // While the question is open another version comes, whoever has it fetched.
    let newer = Release {
        version: Version::new(0, 3, 0),
        ..release()
    };
    inner.check();
    inner.checked(Ok(Offer::Newer(newer)), true, 5);
    let fetched = inner.fetch().unwrap();
    inner.downloaded(&fetched, Some(Ok(())));
    assert_eq!(inner.stage, Stage::Ready);
    assert!(!inner.install(&said, |_| true));
    assert_eq!(inner.stage, Stage::Ready);
}

#[test]
fn a_download_that_was_given_up_says_nothing_any_more() {
    let given_up = Arc::new(release());
    let mut inner = Inner::default();
    inner.progress(5, Some(9));
    inner.downloaded(&given_up, Some(Ok(())));
    inner.downloaded(&given_up, None);
    assert_eq!(inner.stage, Stage::NotChecked);
    // Nor does it end the one that has begun since.
    inner.check();
    inner.checked(Ok(Offer::Newer(release())), true, 5);
    inner.fetch().unwrap();
    inner.downloaded(&given_up, None);
    assert!(matches!(inner.stage, Stage::Downloading { .. }));
}

#[test]
fn what_stopped_half_way_is_said_until_the_next_start() {
    let half = UpdateFault::new(UpdateFaultKind::HalfInstalled);
    let mut inner = Inner {
        stage: Stage::Failed(half.clone()),
        release: Some(Arc::new(release())),
        ..Inner::default()
    };
    inner.check();
    inner.checked(Ok(Offer::Newer(release())), true, 5);
    assert_eq!(inner.stage, Stage::Failed(half));
    assert!(inner.fetch().is_none());
    assert!(!install(&mut inner, true));
}
