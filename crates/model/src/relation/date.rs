//! A day of the calendar, as far as an age needs it.

use std::fmt;
use std::str::FromStr;

/// A day of the Gregorian calendar.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Date {
    year: i32,
    month: u8,
    day: u8,
}

const MS_OF_DAY: i64 = 24 * 60 * 60 * 1000;

impl Date {
    /// `None` where there is no such day.
    pub fn new(year: i32, month: u8, day: u8) -> Option<Date> {
        let is_leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
        let days = match month {
            1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
            4 | 6 | 9 | 11 => 30,
            2 if is_leap => 29,
            2 => 28,
            _ => return None,
        };
        ((1800..=9999).contains(&year) && (1..=days).contains(&day)).then_some(Date { year, month, day })
    }

    /// The day in UTC of a moment, in milliseconds since 1970.
    pub fn of_ms(ms: i64) -> Date {
        // Years begin in March here, so that the day of the leap year is the last one; 400 of them have 146,097 days.
        let days = ms.div_euclid(MS_OF_DAY) + 719_468;
        let era = days.div_euclid(146_097);
        let day_of_era = days.rem_euclid(146_097);
        let year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
        let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
        let march_month = (5 * day_of_year + 2) / 153;
        let day = day_of_year - (153 * march_month + 2) / 5 + 1;
        let month = if march_month < 10 { march_month + 3 } else { march_month - 9 };
        let year = era * 400 + year_of_era + i64::from(month <= 2);
        Date {
            year: i32::try_from(year).unwrap_or(i32::MAX),
            month: u8::try_from(month).unwrap_or(12),
            day: u8::try_from(day).unwrap_or(31),
        }
    }

    /// Full years since this day; `None` where it is still to come, or so long ago that it must be wrong.
    pub fn age_years(self, today: Date) -> Option<u8> {
        let had_birthday = (today.month, today.day) >= (self.month, self.day);
        u8::try_from(today.year - self.year - i32::from(!had_birthday)).ok()
    }
}

impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}-{:02}", self.year, self.month, self.day)
    }
}

impl FromStr for Date {
    type Err = ();

    /// `2001-02-28`.
    fn from_str(text: &str) -> Result<Date, ()> {
        let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
        let [year, month, day] = text.split('-').collect::<Vec<_>>()[..] else { return Err(()) };
        let is_dated = year.len() == 4 && month.len() == 2 && day.len() == 2;
        if !is_dated || ![year, month, day].into_iter().all(digits) {
            return Err(());
        }
        let (year, month, day) = (year.parse(), month.parse(), day.parse());
        let (Ok(year), Ok(month), Ok(day)) = (year, month, day) else { return Err(()) };
        Date::new(year, month, day).ok_or(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_fall_on_days() {
        for (ms, wanted) in [
            (0, "1970-01-01"),
            (-1, "1969-12-31"),
            (951_782_400_000, "2000-02-29"),
            (951_868_800_000, "2000-03-01"),
            (1_800_000_000_000, "2027-01-15"),
            (4_107_542_399_999, "2100-02-28"),
            (4_107_542_400_000, "2100-03-01"),
        ] {
            assert_eq!(Date::of_ms(ms).to_string(), wanted);
        }
    }

    #[test]
    fn somebody_is_a_year_older_on_their_birthday() {
        let age = |birth: &str, today: &str| {
            let (birth, today): (Date, Date) = (birth.parse().unwrap(), today.parse().unwrap());
            birth.age_years(today)
        };
        for (birth, today, years) in [
            ("2010-06-15", "2026-06-14", Some(15)),
            ("2010-06-15", "2026-06-15", Some(16)),
            ("2008-02-29", "2026-02-28", Some(17)),
            ("2008-02-29", "2026-03-01", Some(18)),
            ("2026-06-15", "2026-06-14", None),
            ("1801-01-01", "2200-01-01", None),
        ] {
            assert_eq!(age(birth, today), years, "{birth} {today}");
        }
    }

    #[test]
    fn only_days_of_the_calendar_are_days() {
        for wrong in
            ["", "2001", "2001-2-28", "2001-02-29", "2001-13-01", "2001-00-10", "+001-01-01", "2001-01-01-01"]
        {
            assert_eq!(wrong.parse::<Date>(), Err(()), "{wrong}");
        }
    }
}
