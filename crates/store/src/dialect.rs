//! Everything that differs between SQLite and PostgreSQL, as named operations.

use std::fmt::Write;

/// House SQL writes `$1`; in SQLite that would be a *named* parameter, numbered by first appearance, so it becomes `?1`.
pub(crate) fn sqlite_placeholders(sql: &str) -> String {
    let mut text = String::with_capacity(sql.len());
    let mut characters = sql.chars().peekable();
    while let Some(character) = characters.next() {
        match character {
            '$' if characters.peek().is_some_and(char::is_ascii_digit) => text.push('?'),
            other => text.push(other),
        }
    }
    text
}

/// Migrations mark what only one engine understands as a comment: `/*sqlite: WITHOUT ROWID*/`, `/*postgres: …*/`.
pub(crate) fn sqlite_migration(sql: &str) -> String {
    uncomment(sql, "sqlite")
}

pub(crate) fn postgres_migration(sql: &str) -> String {
    uncomment(sql, "postgres")
}

fn uncomment(sql: &str, engine: &str) -> String {
    let opening = format!("/*{engine}:");
    let mut text = String::with_capacity(sql.len());
    let mut rest = sql;
    while let Some((before, after)) = rest.split_once(&opening) {
        let (inside, remaining) = after.split_once("*/").unwrap_or((after, ""));
        let _ = write!(text, "{before}{inside}");
        rest = remaining;
    }
    text + rest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn placeholders_keep_their_numbers() {
        assert_eq!(sqlite_placeholders("a = $2 AND b = $10 AND c = '$x'"), "a = ?2 AND b = ?10 AND c = '$x'");
    }

    #[test]
    fn only_the_own_engine_sees_its_words() {
        let sql = "CREATE TABLE t (a TEXT /*postgres: COLLATE \"C\"*/) /*sqlite: WITHOUT ROWID*/;";
        assert_eq!(
            sqlite_migration(sql),
            "CREATE TABLE t (a TEXT /*postgres: COLLATE \"C\"*/)  WITHOUT ROWID;"
        );
        assert_eq!(
            postgres_migration(sql),
            "CREATE TABLE t (a TEXT  COLLATE \"C\") /*sqlite: WITHOUT ROWID*/;"
        );
    }
}
