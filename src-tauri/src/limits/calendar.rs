//! The days and months of the place where the app runs.

use chat::{Period, Span};
use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};

/// The day or the month that a time lies in, by the system's time zone. Times are milliseconds since 1970 (UTC).
pub(crate) fn local(period: Period, at: i64) -> Span {
    span(period, at, &TimeZone::system())
}

/// The same for a zone. A time that no calendar knows lies in a day of its own.
fn span(period: Period, at: i64, zone: &TimeZone) -> Span {
    let within = || {
        let date = Timestamp::from_millisecond(at)
            .ok()?
            .to_zoned_datetime(zone.clone())
            .date();
        let (first, next) = match period {
            Period::Day => (date, date.tomorrow().ok()?),
            Period::Month => {
                let first = date.first_of_month();
                (first, first.checked_add(1.month()).ok()?)
            }
        };
        Some(Span {
            start: beginning(first, zone)?,
            end: beginning(next, zone)?,
        })
    };
    within().unwrap_or(Span {
        start: at,
        end: at.saturating_add(1),
    })
}

/// The first moment of a day. It need not be midnight: some clocks are set forward there.
fn beginning(date: Date, zone: &TimeZone) -> Option<i64> {
    let zoned = date.to_zoned_datetime(zone.clone()).ok()?;
    Some(zoned.timestamp().as_millisecond())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Local times that a period reaches from and to.
    fn reach(period: Period, local: &str, zone: &str) -> (String, String) {
        let zone = TimeZone::get(zone).unwrap();
        let at: jiff::civil::DateTime = local.parse().unwrap();
        let at = at.to_zoned_datetime(zone.clone()).unwrap().timestamp();
        let span = span(period, at.as_millisecond(), &zone);
        let shown = |ms| {
            Timestamp::from_millisecond(ms)
                .unwrap()
                .to_zoned_datetime(zone.clone())
                .datetime()
                .to_string()
        };
        (shown(span.start), shown(span.end))
    }

    fn hours(period: Period, local: &str, zone: &str) -> i64 {
        let tz = TimeZone::get(zone).unwrap();
        let at: jiff::civil::DateTime = local.parse().unwrap();
        let at = at.to_zoned_datetime(tz.clone()).unwrap().timestamp();
        let span = span(period, at.as_millisecond(), &tz);
        (span.end - span.start) / 3_600_000
    }

    fn pair(from: &str, to: &str) -> (String, String) {
        (from.to_owned(), to.to_owned())
    }

    #[test]
    fn days_and_months_are_those_of_the_place() {
        assert_eq!(
            reach(Period::Day, "2026-11-25T23:59:59", "Asia/Tokyo"),
            pair("2026-11-25T00:00:00", "2026-11-26T00:00:00")
        );
        assert_eq!(
            reach(Period::Month, "2026-12-31T12:00:00", "America/New_York"),
            pair("2026-12-01T00:00:00", "2027-01-01T00:00:00")
        );
        assert_eq!(
            reach(Period::Month, "2028-02-29T00:00:00", "UTC"),
            pair("2028-02-01T00:00:00", "2028-03-01T00:00:00")
        );
    }

    #[test]
    fn a_day_on_which_the_clocks_change_is_longer_or_shorter() {
        assert_eq!(
            hours(Period::Day, "2026-03-29T12:00:00", "Europe/Berlin"),
            23
        );
        assert_eq!(
            hours(Period::Day, "2026-10-25T12:00:00", "Europe/Berlin"),
            25
        );
        assert_eq!(
            hours(Period::Month, "2026-03-01T00:00:00", "Europe/Berlin"),
            31 * 24 - 1
        );
        // There was no midnight: the clocks went from 23:59 to 1:00.
        assert_eq!(
            reach(Period::Day, "2019-09-08T12:00:00", "America/Santiago"),
            pair("2019-09-08T01:00:00", "2019-09-09T00:00:00")
        );
    }

    #[test]
    fn a_time_lies_in_its_day_at_both_ends() {
        let zone = TimeZone::get("Australia/Lord_Howe").unwrap();
        let day = span(Period::Day, 1_764_028_800_000, &zone);
        assert_eq!(span(Period::Day, day.start, &zone), day);
        assert_eq!(span(Period::Day, day.end - 1, &zone), day);
        assert_eq!(span(Period::Day, day.end, &zone).start, day.end);
    }

    #[test]
    fn times_at_the_end_of_all_numbers_do_no_harm() {
        for at in [i64::MIN, i64::MAX] {
            for period in [Period::Day, Period::Month] {
                let span = span(period, at, &TimeZone::UTC);
                assert!(span.start <= at && at <= span.end);
            }
        }
    }
}
