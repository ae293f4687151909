//! Every statement of the store, read from its source: the rules of house SQL, and how each engine would run it.

use std::collections::BTreeMap;
use std::path::Path;

use aside_store::{SideKind, TABLES};

use crate::engines::{self, Database};

/// Statements that read across keys, for sweepers and reports; they never lock and need no index of their own.
const SWEEPS: [&str; 18] = [
    "budgets::LIST_DECISIONS",
    "identity::LIST_HANDED_IN",
    "jobs::FIND_NEXT",
    "jobs::LIST_DEAD",
    "jobs::LIST_DUE",
    "jobs::RELEASE",
    "jobs::TRIM_DEAD",
    "keys::LIST_UNANNOUNCED",
    "previews::EXPIRE_ALL",
    "previews::FIND_BEYOND",
    "previews::LIST_EXPIRED",
    "queue::LIST_USERS",
    "requests::LIST_EXPIRED",
    "rooms::LIST",
    "rooms::LIST_TO_DELIVER",
    "sealing::LIST_FILES",
    "sealing::LIST_MEDIA",
    "search::LIST_TO_INDEX",
];

/// Words that one of the engines doesn't know, or that would break when the data is sharded.
const KEPT_OUT: [&str; 12] = [
    "now()",
    "ILIKE",
    "::",
    "DISTINCT ON",
    "LATERAL",
    "SKIP LOCKED",
    "ANY(",
    "ANY (",
    "->",
    "nextval",
    "RANDOM()",
    "CURRENT_TIMESTAMP",
];

/// The statements of `src/*.rs`, by file and constant. They are leaked: there are few, and the driver wants them static.
fn statements() -> BTreeMap<String, &'static str> {
    let mut statements = BTreeMap::new();
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let events = std::fs::read_to_string(source.join("events.rs")).unwrap();
    let columns = literal_after(&events, "concat!(").unwrap();
    for file in std::fs::read_dir(source).unwrap() {
        let path = file.unwrap().path();
        let text = std::fs::read_to_string(&path).unwrap();
        let subject = path.file_stem().unwrap().to_string_lossy().into_owned();
        for constant in text.split("\nconst ").skip(1) {
            let (name, rest) = constant.split_once(": &str =").unwrap_or(("", ""));
            if name.is_empty() {
                continue;
            }
            let Some(mut sql) = literal_after(rest, "") else { continue };
            if rest.trim_start().starts_with("event_columns!") {
                sql = format!("{columns}{sql}");
            }
            if ["SELECT ", "INSERT ", "UPDATE ", "DELETE ", "WITH "].iter().any(|verb| sql.starts_with(verb))
            {
                statements.insert(format!("{subject}::{name}"), &*sql.leak());
            }
        }
    }
    assert!(statements.len() > 50, "the walk found only {} statements", statements.len());
    statements
}

/// The string literal that comes next after some text, with its escapes undone.
fn literal_after(text: &str, after: &str) -> Option<String> {
    let start = text.find(after)? + after.len();
    let body = &text[start..];
    let body = &body[body.find('"')? + 1..];
    let mut literal = String::new();
    let mut characters = body.chars().peekable();
    loop {
        match characters.next()? {
            '"' => return Some(literal),
            '\\' => match characters.next()? {
                '\n' => while characters.next_if(|c| c.is_whitespace()).is_some() {},
                'n' => literal.push('\n'),
                other => literal.push(other),
            },
            other => literal.push(other),
        }
    }
}

fn tables(sql: &str) -> Vec<(&'static str, SideKind, &'static str)> {
    let words: Vec<&str> = sql.split(|c: char| !c.is_alphanumeric() && c != '_').collect();
    TABLES.iter().filter(|(table, ..)| words.contains(table)).copied().collect()
}

#[test]
fn every_statement_keeps_the_rules_of_house_sql() {
    for (name, sql) in statements() {
        for word in KEPT_OUT {
            assert!(!sql.contains(word), "{name} says {word}: {sql}");
        }
        if name.starts_with("migrate::") {
            continue;
        }
        let tables = tables(sql);
        assert!(!tables.is_empty(), "{name} names no table of sides.rs: {sql}");
        assert!(tables.iter().all(|(_, side, _)| *side == tables[0].1), "{name} is on two sides: {sql}");
        if SWEEPS.contains(&name.as_str()) {
            continue;
        }
        for (table, _, column) in tables {
            let is_keyed =
                sql.contains(&format!("{column} = $")) || sql.contains(&format!("INTO {table} ({column}"));
            assert!(is_keyed, "{name} doesn't say which {column} of {table}: {sql}");
        }
    }
}

async fn plans(database: &Database) -> Vec<(String, &'static str, Vec<String>)> {
    let store = database.open().await;
    let mut plans = Vec::new();
    for (name, sql) in statements() {
        if name.starts_with("migrate::") || SWEEPS.contains(&name.as_str()) {
            continue;
        }
        let plan = store.explain(sql).await.unwrap_or_else(|error| panic!("{name}: {error}: {sql}"));
        plans.push((name, sql, plan));
    }
    plans
}

#[tokio::test]
async fn sqlite_finds_every_row_by_an_index() {
    for (name, sql, plan) in plans(&engines::sqlite()).await {
        for step in &plan {
            assert!(!step.starts_with("SCAN"), "{name} scans: {step}: {sql}");
        }
    }
}

#[tokio::test]
async fn postgres_finds_every_row_by_an_index() {
    for (name, sql, plan) in plans(&engines::postgres().await).await {
        for step in &plan {
            assert!(!step.contains("Seq Scan"), "{name} scans: {step}: {sql}");
        }
    }
}
