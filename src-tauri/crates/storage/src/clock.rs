//! The time, and dates for the names of files.

use std::time::{SystemTime, UNIX_EPOCH};

/// Milliseconds since 1970 (UTC); 0 on a clock that is set before it.
pub(crate) fn now() -> i64 {
    SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .ok()
        .and_then(|since| i64::try_from(since.as_millis()).ok())
        .unwrap_or(0)
}

/// A time as a part of a file's name: `2026-11-24T231028Z`. Without colons, which Windows refuses.
pub(crate) fn stamp(milliseconds: i64) -> String {
    let seconds = milliseconds.div_euclid(1000);
    let (year, month, day) = date(seconds.div_euclid(86_400));
    let of_day = seconds.rem_euclid(86_400);
    let (hour, minute, second) = (of_day / 3600, of_day / 60 % 60, of_day % 60);
    format!("{year:04}-{month:02}-{day:02}T{hour:02}{minute:02}{second:02}Z")
}

/// Year, month and day of a day counted from 1970-01-01, in the Gregorian calendar.
///
/// Years are counted from March here, so that the leap day is a year's last; 400 of them have 146,097 days.
fn date(day: i64) -> (i64, i64, i64) {
    let day = day + 719_468; // 0000-03-01
    let era = day.div_euclid(146_097);
    let of_era = day.rem_euclid(146_097);
    let year_of_era = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    // From March on, months of 31, 30, 31, 30, 31 days come round every 153.
    let march_month = (5 * of_year + 2) / 153;
    let month = (march_month + 2) % 12 + 1;
    let year = era * 400 + year_of_era + i64::from(month <= 2);
    (year, month, of_year - (153 * march_month + 2) / 5 + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stamps_know_leap_years_and_centuries() {
        assert_eq!(stamp(0), "1970-01-01T000000Z");
        assert_eq!(stamp(951_782_400_000), "2000-02-29T000000Z");
        assert_eq!(stamp(4_107_542_399_999), "2100-02-28T235959Z");
        assert_eq!(stamp(4_107_542_400_000), "2100-03-01T000000Z");
        assert_eq!(stamp(1_795_561_828_123), "2026-11-24T231028Z");
        assert_eq!(stamp(-1), "1969-12-31T235959Z");
    }

    #[test]
    fn every_day_of_four_centuries_follows_the_one_before() {
        let mut before = date(-1);
        for day in 0..146_097 {
            let today = date(day);
            let follows = today == (before.0, before.1, before.2 + 1)
                || (today == (before.0, before.1 + 1, 1) && before.2 >= 28)
                || (today == (before.0 + 1, 1, 1) && before.1 == 12 && before.2 == 31);
            assert!(follows, "{before:?} {today:?}");
            before = today;
        }
        assert_eq!(before, (2369, 12, 31));
    }
}
