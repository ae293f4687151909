//! `cargo xtask tidy`: the rules of the house that a compiler does not know, each with its reason.

use std::collections::BTreeSet;
use std::fmt;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::test::root;

/// What each crate may never list among its dependencies, so that the compiler keeps its rooms apart.
const FORBIDDEN: &[(&str, &[&str])] = &[
    ("model", &["tokio", "axum", "http", "hyper", "rusqlite", "tokio-postgres", "rand", "aside-*"]),
    ("store", &["axum", "http", "hyper", "aside-domain", "aside-api", "aside-bus", "aside-server"]),
    ("bus", &["axum", "http", "hyper", "aside-store", "aside-domain", "aside-api", "aside-server"]),
    ("outbound", &["axum", "hyper", "rusqlite", "tokio-postgres", "ruma", "aside-*"]),
    (
        "domain",
        &["axum", "http", "hyper", "reqwest", "rusqlite", "tokio-postgres", "deadpool-postgres", "aside-api"],
    ),
    ("api", &["aside-store", "aside-bus", "rusqlite", "tokio-postgres", "deadpool-postgres"]),
    ("server", &["aside-testkit", "rusqlite", "tokio-postgres"]),
];

/// How a statement begins; only the store knows SQL.
const SQL: &[&str] = &["\"SELECT ", "\"INSERT INTO ", "\"DELETE FROM ", "\"UPDATE ", "\"CREATE TABLE "];

/// Written in halves so that this file does not find itself.
const UNFINISHED: &[&str] =
    &[concat!("todo", "!("), concat!("unimplemented", "!("), concat!("dbg", "!("), concat!("#[ig", "nore")];

const LONG_FILE_LINES: usize = 400;

/// A file of the repository that a person wrote.
struct File {
    path: String,
    text: String,
}

/// A place and what is wrong there.
struct Finding {
    path: String,
    line: usize,
    what: String,
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.line {
            0 => write!(f, "{}: {}", self.path, self.what),
            line => write!(f, "{}:{line}: {}", self.path, self.what),
        }
    }
}

pub fn run() -> Result<()> {
    let files = files(root())?;
    for finding in files.iter().filter_map(long_file) {
        println!("note: {finding}");
    }
    let mut findings: Vec<Finding> = files.iter().flat_map(of_one_file).collect();
    findings.extend(endpoints(&files));
    findings.extend(capabilities(&files));
    for finding in &findings {
        println!("{finding}");
    }
    if !findings.is_empty() {
        bail!("{} places break a rule of the house", findings.len());
    }
    println!("{} files are tidy.", files.len());
    Ok(())
}

/// Every file that is, or could be, in the repository, with text in it.
fn files(root: &Path) -> Result<Vec<File>> {
    let output = Command::new("git")
        .args(["ls-files", "--cached", "--others", "--exclude-standard"])
        .current_dir(root)
        .output()
        .context("git cannot be run")?;
    if !output.status.success() {
        bail!("git lists no files: {}", String::from_utf8_lossy(&output.stderr).trim());
    }
    let paths = String::from_utf8(output.stdout).context("a path is not Unicode")?;
    let of_people = |path: &&str| {
        let ending = Path::new(path).extension().and_then(|ending| ending.to_str()).unwrap_or_default();
        ["rs", "md", "toml", "sql", "ts", "mjs", "yml"].contains(&ending)
    };
    // A file may be listed and yet have been deleted a moment ago.
    let read = |path: &str| {
        Some(File { path: path.to_owned(), text: std::fs::read_to_string(root.join(path)).ok()? })
    };
    Ok(paths.lines().filter(of_people).filter_map(read).collect())
}

fn of_one_file(file: &File) -> Vec<Finding> {
    let rules = [dependencies, sql, unfinished, white_space, links];
    rules.iter().flat_map(|rule| rule(file)).collect()
}

/// Findings of a rule that looks at one line at a time.
fn lines(file: &File, rule: impl Fn(&str) -> Option<String>) -> Vec<Finding> {
    let numbered = file.text.lines().zip(1..);
    numbered
        .filter_map(|(text, line)| Some(Finding { path: file.path.clone(), line, what: rule(text)? }))
        .collect()
}

fn dependencies(file: &File) -> Vec<Finding> {
    let name = file.path.strip_prefix("crates/").and_then(|path| path.strip_suffix("/Cargo.toml"));
    let Some((_, forbidden)) = FORBIDDEN.iter().find(|(member, _)| Some(*member) == name) else {
        return Vec::new();
    };
    let listed: BTreeSet<&str> = dependencies_of(&file.text).collect();
    lines(file, |line| {
        let dependency = line.split(['.', ' ', '=']).next().filter(|word| listed.contains(word))?;
        let broken = forbidden.iter().find(|rule| match rule.strip_suffix('*') {
            Some(start) => dependency.starts_with(start),
            None => dependency == **rule,
        })?;
        Some(format!("{} must not depend on {broken} (see ARCHITECTURE.md)", name.unwrap_or_default()))
    })
}

/// What stands under `[dependencies]`; tests may use more.
fn dependencies_of(manifest: &str) -> impl Iterator<Item = &str> {
    let section =
        manifest.split("\n[").find(|section| section.starts_with("dependencies]")).unwrap_or_default();
    section
        .lines()
        .skip(1)
        .filter_map(|line| line.split(['.', ' ', '=']).next())
        .filter(|name| !name.is_empty())
}

fn sql(file: &File) -> Vec<Finding> {
    let may = file.path.starts_with("crates/store/") || !file.path.starts_with("crates/");
    if may || !file.path.ends_with(".rs") {
        return Vec::new();
    }
    lines(file, |line| {
        SQL.iter().any(|start| line.contains(start)).then(|| "SQL belongs into crates/store".to_owned())
    })
}

fn unfinished(file: &File) -> Vec<Finding> {
    if !file.path.ends_with(".rs") {
        return Vec::new();
    }
    lines(file, |line| {
        let word = UNFINISHED.iter().find(|word| line.contains(**word))?;
        Some(format!("`{word}` is not finished work"))
    })
}

fn white_space(file: &File) -> Vec<Finding> {
    let mut findings = lines(file, |line| {
        line.ends_with([' ', '\t']).then(|| "white space at the end of the line".to_owned())
    });
    if !file.text.is_empty() && !file.text.ends_with('\n') {
        let what = "no line break at the end of the file".to_owned();
        findings.push(Finding { path: file.path.clone(), line: file.text.lines().count(), what });
    }
    findings
}

/// Links in documents, and paths in backticks, lead somewhere.
fn links(file: &File) -> Vec<Finding> {
    if !file.path.ends_with(".md") {
        return Vec::new();
    }
    let folder = Path::new(&file.path).parent().unwrap_or(Path::new(""));
    lines(file, |line| {
        let linked = targets(line).find(|target| !root().join(folder).join(target).exists());
        let named = paths(line).find(|path| !root().join(path).exists());
        linked.or(named).map(|missing| format!("there is no {missing}"))
    })
}

/// Targets of `[text](target)` inside the repository, without `#part`.
fn targets(line: &str) -> impl Iterator<Item = &str> {
    let links = line.split("](").skip(1).filter_map(|rest| rest.split(')').next());
    let inside = links.filter(|target| !target.contains("://") && !target.starts_with("mailto:"));
    inside.filter_map(|target| target.split('#').next()).filter(|target| !target.is_empty())
}

/// Words in backticks that are paths of the repository, and no patterns.
fn paths(line: &str) -> impl Iterator<Item = &str> {
    const FOLDERS: [&str; 6] = ["bench/", "crates/", "docs/", "xtask/", "interop/", "web/"];
    let quoted = line.split('`').skip(1).step_by(2);
    quoted
        .filter(|word| FOLDERS.iter().any(|folder| word.starts_with(folder)))
        .filter(|word| word.chars().all(|letter| letter.is_ascii_alphanumeric() || "/._-".contains(letter)))
}

/// Every endpoint's file is listed where the routes are, else nobody compiles it.
fn endpoints(files: &[File]) -> Vec<Finding> {
    let api = files.iter().filter(|file| file.path.starts_with("crates/api/src/"));
    let listed = words(api.filter(|file| endpoint(file).is_none()));
    let orphans = files.iter().filter(|file| endpoint(file).is_some_and(|name| !listed.contains(name)));
    let what = "no route leads to this endpoint".to_owned();
    orphans.map(|file| Finding { path: file.path.clone(), line: 0, what: what.clone() }).collect()
}

/// The name of the endpoint that a file is about.
fn endpoint(file: &File) -> Option<&str> {
    let name = file.path.strip_prefix("crates/api/src/client/")?.strip_suffix(".rs")?;
    (name != "mod").then_some(name)
}

/// The page that says where each capability is and which test shows it.
const CAPABILITIES: &str = "docs/capabilities.md";

/// Tests named after a capability stand on the page of capabilities, and the tests on that page exist.
fn capabilities(files: &[File]) -> Vec<Finding> {
    let Some(page) = files.iter().find(|file| file.path == CAPABILITIES) else { return Vec::new() };
    let code = files.iter().filter(|file| file.path.starts_with("crates/") && file.path.ends_with(".rs"));
    let tests: BTreeSet<&str> =
        code.flat_map(|file| file.text.split("fn ").skip(1)).filter_map(capability_test).collect();
    let named: BTreeSet<&str> = words([page].into_iter()).into_iter().filter_map(capability_test).collect();
    let finding = |what| Finding { path: CAPABILITIES.to_owned(), line: 0, what };
    let missing =
        tests.difference(&named).map(|test| finding(format!("the test {test} is not on this page")));
    let stale = named.difference(&tests).map(|test| finding(format!("there is no test {test}")));
    let lost = browser_tests(&page.text)
        .filter(|(path, title)| !files.iter().any(|file| file.path == *path && file.text.contains(title)))
        .map(|(path, title)| finding(format!("{path} has no test “{title}”")));
    missing.chain(stale).chain(lost).collect()
}

/// Tests in a browser are named by their file and their title: `file`: “title”.
fn browser_tests(page: &str) -> impl Iterator<Item = (&str, &str)> {
    const BETWEEN: &str = "`: “";
    page.match_indices(BETWEEN).filter_map(|(at, _)| {
        Some((page[..at].rsplit('`').next()?, page[at + BETWEEN.len()..].split('”').next()?))
    })
}

/// The test's name where a text begins with one that names a capability: `a_rq_04_…`.
fn capability_test(text: &str) -> Option<&str> {
    let name = text.split(|letter: char| !letter.is_alphanumeric() && letter != '_').next()?;
    let parts: Vec<&str> = name.splitn(4, '_').collect();
    let [letter, group, number, rest] = parts[..] else { return None };
    let is_id = letter.len() == 1
        && group.len() == 2
        && number.len() == 2
        && number.chars().all(|digit| digit.is_ascii_digit())
        && !rest.is_empty();
    is_id.then_some(name)
}

fn words<'a>(files: impl Iterator<Item = &'a File>) -> BTreeSet<&'a str> {
    files
        .flat_map(|file| file.text.split(|letter: char| !letter.is_alphanumeric() && letter != '_'))
        .collect()
}

fn long_file(file: &File) -> Option<Finding> {
    let lines = file.text.lines().count();
    let is_code = file.path.ends_with(".rs") || file.path.ends_with(".ts");
    (is_code && lines > LONG_FILE_LINES).then(|| Finding {
        path: file.path.clone(),
        line: 0,
        what: format!("{lines} lines are worth a second look: does it hold two rooms?"),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(path: &str, text: &str) -> File {
        File { path: path.to_owned(), text: text.to_owned() }
    }

    fn findings(path: &str, text: &str) -> Vec<String> {
        of_one_file(&file(path, text)).iter().map(Finding::to_string).collect()
    }

    #[test]
    fn the_door_does_not_reach_for_the_archive() {
        let manifest = "[package]\nname = \"aside-api\"\n\n[dependencies]\naside-store.workspace = true\n";
        let sentence = "crates/api/Cargo.toml:5: api must not depend on aside-store (see ARCHITECTURE.md)";
        assert_eq!(findings("crates/api/Cargo.toml", manifest), [sentence]);

        let for_tests =
            "[dependencies]\nserde.workspace = true\n\n[dev-dependencies]\naside-store.workspace = true\n";
        assert!(findings("crates/api/Cargo.toml", for_tests).is_empty());
    }

    #[test]
    fn sql_stays_in_the_store() {
        let code = "const FIND: &str = \"SELECT 1\";\n";
        assert_eq!(
            findings("crates/domain/src/a.rs", code),
            ["crates/domain/src/a.rs:1: SQL belongs into crates/store"]
        );
        assert!(findings("crates/store/src/a.rs", code).is_empty());
    }

    #[test]
    fn documents_lead_somewhere() {
        let text = "See [a](missing.md), [b](../Cargo.toml#top), [c](https://example.org), `crates/nowhere` and\n\
                    `crates/server`, `crates/*`.\n";
        assert_eq!(findings("docs/a.md", text), ["docs/a.md:1: there is no missing.md"]);
        assert_eq!(
            findings("docs/a.md", "`docs/nowhere.md`\n"),
            ["docs/a.md:1: there is no docs/nowhere.md"]
        );
    }

    #[test]
    fn endpoints_are_routed() {
        let files = [
            file("crates/api/src/client/login.rs", "pub async fn login() {}\n"),
            file("crates/api/src/client/logout.rs", "pub async fn logout() {}\n"),
            file("crates/api/src/client/mod.rs", "endpoints! {\n    login\n}\n"),
        ];
        let found: Vec<String> = endpoints(&files).iter().map(Finding::to_string).collect();
        assert_eq!(found, ["crates/api/src/client/logout.rs: no route leads to this endpoint"]);
    }

    #[test]
    fn capabilities_and_their_tests_name_each_other() {
        let files = [
            file(
                "crates/a/tests/a.rs",
                "#[test]\nfn a_rq_04_one_sees() {}\nfn a_ms_01_one_hears() {}\nfn a_b() {}\n",
            ),
            file("web/tests/a.test.ts", "test(\"one writes\", async () => {});\n"),
            file(
                CAPABILITIES,
                "| A-RQ-04 | `a_rq_04_one_sees` |\n| A-RQ-05 | `a_rq_05_one_feels` |\n\
                 | A-MS-06 | `web/tests/a.test.ts`: “one writes” |\n| A-MS-07 | `web/tests/a.test.ts`: “one paints” |\n",
            ),
        ];
        let found: Vec<String> = capabilities(&files).iter().map(Finding::to_string).collect();
        assert_eq!(
            found,
            [
                "docs/capabilities.md: the test a_ms_01_one_hears is not on this page",
                "docs/capabilities.md: there is no test a_rq_05_one_feels",
                "docs/capabilities.md: web/tests/a.test.ts has no test “one paints”"
            ]
        );
    }

    #[test]
    fn white_space_at_ends_is_found() {
        assert_eq!(
            findings("a.md", "a \nb"),
            ["a.md:1: white space at the end of the line", "a.md:2: no line break at the end of the file"]
        );
    }
}
