use super::*;

fn requests(provider: Option<&str>) -> LimitName {
    LimitName::Budget {
        provider: provider.map(Into::into),
        period: Lasts::Day,
        measure: Counted::Requests,
    }
}

fn change(name: LimitName, most: Option<u64>) -> LimitChange {
    LimitChange { name, most }
}

#[test]
fn more_than_before_and_no_limit_at_all_ask_and_less_does_not() {
    let mut settings = Settings::default();
    let widens = |settings: &Settings, name: LimitName, most| {
        let change = change(name, most);
        change.widens(change.before(settings))
    };
    for most in [None, Some(0), Some(9)] {
        assert!(
            !widens(&settings, requests(None), most),
            "where there is none, each is lower"
        );
    }
    settings.limits.set(requests(None), Some(20));
    assert!(widens(&settings, requests(None), Some(21)));
    assert!(widens(&settings, requests(None), None));
    assert!(!widens(&settings, requests(None), Some(20)));
    assert!(!widens(&settings, requests(None), Some(0)));
    assert!(
        !widens(&settings, requests(Some("a")), Some(1_000)),
        "another limit"
    );
    // A first limit of one answer that is longer than the usual one asks for more than before.
    assert!(!widens(&settings, LimitName::AnswerTokens, None));
    assert!(!widens(&settings, LimitName::AnswerTokens, Some(4_096)));
    assert!(widens(&settings, LimitName::AnswerTokens, Some(4_097)));
    // The cap is there before anybody sets it.
    assert!(widens(&settings, LimitName::TurnsPerHour, Some(61)));
    assert!(!widens(&settings, LimitName::TurnsPerHour, Some(60)));
    assert!(widens(
        &settings,
        LimitName::OutputTokensPerDay,
        Some(500_001)
    ));
    settings.limits.set(LimitName::TurnsPerHour, Some(5));
    assert!(widens(&settings, LimitName::TurnsPerHour, Some(6)));
}

#[test]
fn the_question_says_from_what_to_what_and_for_whom() {
    let question = change(requests(None), Some(40)).question(Some(20), "all providers together");
    assert_eq!(question.host, "20 requests per day → 40 requests per day");
    assert_eq!(
        question.address.as_deref(),
        Some("For all providers together")
    );
    let first =
        change(LimitName::AnswerTokens, Some(5_000)).question(None, "all providers together");
    assert_eq!(first.host, "no limit → 5,000 tokens per answer");
    assert_eq!(first.title, "Set this limit?");
    let removed = change(requests(Some("a")), None).question(Some(20), "“Workshop”");
    assert_eq!(removed.host, "20 requests per day → no limit");
    assert_eq!(removed.title, "Remove this limit?");
}

#[test]
fn numbers_that_are_no_limits_are_refused_in_words() {
    let code = |refused: Result<u64, CommandError>| refused.unwrap_err().code;
    for value in [-1.0, 0.5, f64::NAN, -1e300] {
        assert_eq!(code(counted(value, MOST_COUNT)), ErrorCode::LimitInvalid);
    }
    assert_eq!(code(counted(1e18, MOST_COUNT)), ErrorCode::LimitTooLarge);
    assert_eq!(code(counted(3_601.0, 3_600)), ErrorCode::LimitTooLarge);
    for value in [-0.01, f64::NAN] {
        assert_eq!(code(money(value)), ErrorCode::LimitInvalid);
    }
    assert_eq!(code(money(1_000_000.5)), ErrorCode::LimitTooLarge);
    assert_eq!(code(money(1e18)), ErrorCode::LimitTooLarge);
    assert_eq!(money(5.1).unwrap(), 5_100_000);
}
