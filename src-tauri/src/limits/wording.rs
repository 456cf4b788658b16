//! Limits in the words of a native dialog.

use chat::{Measure, Period};
use storage::limits::LimitName;

/// How much a limit allows, as people say it: "20 requests per day". `None` is no limit, or one that can't be read.
pub(super) fn limit(name: &LimitName, most: Option<u64>) -> String {
    let Some(most) = most else {
        return "no limit".into();
    };
    match name {
        LimitName::Whole => "nothing".into(),
        LimitName::TurnsPerHour => counted(most, "message", "per hour"),
        LimitName::OutputTokensPerDay => counted(most, "token", "per day"),
        LimitName::AnswerTokens => counted(most, "token", "per answer"),
        LimitName::Budget {
            period, measure, ..
        } => {
            let per = match period {
                Period::Day => "per day",
                Period::Month => "per month",
            };
            match measure {
                Measure::Requests => counted(most, "request", per),
                Measure::Tokens => counted(most, "token", per),
                Measure::Cost => format!("{} {per}", dollars(most)),
            }
        }
    }
}

fn counted(count: u64, one: &str, per: &str) -> String {
    let plural = if count == 1 { "" } else { "s" };
    format!("{} {one}{plural} {per}", grouped(count))
}

/// Digits in groups of three.
fn grouped(count: u64) -> String {
    let digits = count.to_string();
    let mut grouped = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
}

/// Millionths of a dollar as dollars, with as many places as there are, at least two.
pub(super) fn dollars(money: u64) -> String {
    let places = format!("{:06}", money % 1_000_000);
    let shown = places.trim_end_matches('0');
    let shown = if shown.len() < 2 { &places[..2] } else { shown };
    format!("${}.{shown}", grouped(money / 1_000_000))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn limits_are_said_as_people_say_them() {
        let budget = |period, measure| LimitName::Budget {
            provider: None,
            period,
            measure,
        };
        for (name, most, said) in [
            (
                budget(Period::Day, Measure::Requests),
                Some(1),
                "1 request per day",
            ),
            (
                budget(Period::Month, Measure::Tokens),
                Some(1_234_567),
                "1,234,567 tokens per month",
            ),
            (
                budget(Period::Month, Measure::Cost),
                Some(1_234_500_000),
                "$1,234.50 per month",
            ),
            (
                budget(Period::Day, Measure::Cost),
                Some(1),
                "$0.000001 per day",
            ),
            (budget(Period::Day, Measure::Cost), None, "no limit"),
            (LimitName::TurnsPerHour, Some(60), "60 messages per hour"),
            (
                LimitName::OutputTokensPerDay,
                Some(500_000),
                "500,000 tokens per day",
            ),
            (LimitName::AnswerTokens, Some(100), "100 tokens per answer"),
        ] {
            assert_eq!(limit(&name, most), said);
        }
        assert_eq!(dollars(1_250_000), "$1.25");
        assert_eq!(dollars(1_255_000), "$1.255");
        assert_eq!(dollars(0), "$0.00");
    }
}
