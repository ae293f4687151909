//! `cargo xtask test`: every check and every test of the repository, as CI runs them.

use std::io::{BufRead, BufReader, Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::{Mutex, mpsc};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

use crate::postgres::Cluster;

#[derive(clap::Args)]
pub struct Args {
    /// Leave out the tests in a browser, and the suites of real clients in `interop`
    #[arg(long)]
    fast: bool,
    /// Run only what these words of `cargo nextest run` select, and nothing else
    #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
    filter: Vec<String>,
}

/// One line of the summary.
struct Step {
    name: &'static str,
    took: Duration,
    outcome: Outcome,
}

enum Outcome {
    Passed,
    Failed(String),
    Skipped(&'static str),
}

pub fn run(args: &Args) -> Result<()> {
    let steps = if args.filter.is_empty() { everything(args.fast) } else { only(&args.filter) };
    summarize(&steps)
}

fn only(filter: &[String]) -> Vec<Step> {
    vec![step("tests", || tests(filter))]
}

/// A failed step does not keep the others from telling what they know, save where they would need its result.
fn everything(fast: bool) -> Vec<Step> {
    let mut steps = vec![
        step("format", || cargo(&["fmt", "--all", "--check"])),
        step("lints", || cargo(&["clippy", "--workspace", "--all-targets", "--", "-D", "warnings"])),
        step("tidy", crate::tidy::run),
        // With test targets, so that the tests and the program share one build of every dependency.
        step("build", || cargo(&["build", "--workspace", "--all-targets"])),
    ];
    if steps.iter().any(|step| step.name == "build" && matches!(step.outcome, Outcome::Failed(_))) {
        steps.extend(
            ["tests", "doc tests", "web", "browser", "clients"]
                .map(|name| skipped(name, "nothing was built")),
        );
        return steps;
    }
    steps.push(step("tests", || tests(&[])));
    steps.push(step("doc tests", || cargo(&["test", "--workspace", "--doc", "--quiet"])));
    steps.push(step("web", web));
    steps.push(if fast { skipped("browser", "--fast") } else { step("browser", browser) });
    steps.push(if fast { skipped("clients", "--fast") } else { step("clients", clients) });
    steps
}

fn step(name: &'static str, work: impl FnOnce() -> Result<()>) -> Step {
    println!("\n== {name}");
    let start = Instant::now();
    let outcome = match work() {
        Ok(()) => Outcome::Passed,
        Err(error) => Outcome::Failed(format!("{error:#}")),
    };
    Step { name, took: start.elapsed(), outcome }
}

fn skipped(name: &'static str, reason: &'static str) -> Step {
    Step { name, took: Duration::ZERO, outcome: Outcome::Skipped(reason) }
}

fn summarize(steps: &[Step]) -> Result<()> {
    println!("\n== summary");
    for Step { name, took, outcome } in steps {
        let seconds = took.as_secs();
        match outcome {
            Outcome::Passed => println!("passed   {name:10} {seconds:5} s"),
            Outcome::Failed(error) => println!("FAILED   {name:10} {seconds:5} s  {error}"),
            Outcome::Skipped(reason) => println!("skipped  {name:10}          {reason}"),
        }
    }
    let failed = steps.iter().filter(|step| matches!(step.outcome, Outcome::Failed(_))).count();
    if failed > 0 {
        println!("\n== what failed");
        for line in failures().iter() {
            println!("{line}");
        }
        bail!("{failed} of {} steps failed", steps.len());
    }
    Ok(())
}

/// The tests of the workspace, those of the store on both databases.
fn tests(filter: &[String]) -> Result<()> {
    let cluster = Cluster::start()?;
    let mut command = cargo_command();
    if has_nextest() {
        command.args(["nextest", "run", "--workspace"]);
    } else {
        println!("cargo-nextest is not installed, so `cargo test` runs the tests, which takes longer.");
        command.args(["test", "--workspace", "--all-targets"]);
    }
    finish(command.args(filter).env("ASIDE_TEST_POSTGRES", cluster.url()))
}

/// The web app by itself: types, lints, unit tests, and whether what the build made has stayed light.
fn web() -> Result<()> {
    for script in ["check", "test", "budget"] {
        npm(script)?;
    }
    Ok(())
}

/// The web app in a browser, against the program as it was built for the tests.
fn browser() -> Result<()> {
    crate::chromium::install_where_missing()?;
    npm("test:browser")
}

fn npm(script: &str) -> Result<()> {
    let mut command = Command::new("npm");
    command.args(["run", "--silent", script]).current_dir(root().join("web"));
    finish(command.env("ASIDE_WEB_OUT", target().join("web/dist")).env("ASIDE_BIN", program()))
}

/// Real clients, against the program as it was built for the tests.
fn clients() -> Result<()> {
    let script = root().join("interop/run");
    finish(Command::new(script).env("ASIDE_BIN", program()).current_dir(root()))
}

fn program() -> PathBuf {
    target().join("debug/aside")
}

fn target() -> PathBuf {
    std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root().join("target"), Into::into)
}

fn has_nextest() -> bool {
    cargo_command().args(["nextest", "--version"]).output().is_ok_and(|output| output.status.success())
}

fn cargo(args: &[&str]) -> Result<()> {
    finish(cargo_command().args(args))
}

/// The cargo that runs this program, at the root of the repository.
fn cargo_command() -> Command {
    let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.current_dir(root());
    command
}

/// Runs a command to its end. What it says goes on to whoever watches, and what it says of failures is said again below
/// the summary, because it may stand thousands of lines before the end.
fn finish(command: &mut Command) -> Result<()> {
    let program = command.get_program().to_string_lossy().into_owned();
    let mut child = command
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .with_context(|| format!("{program} cannot be run"))?;
    let out = child.stdout.take().context("what it says can't be read")?;
    let err = child.stderr.take().context("what it says can't be read")?;
    let (done, all_said) = mpsc::channel();
    let also_done = done.clone();
    std::thread::spawn(move || {
        pass_on(out, std::io::stdout());
        drop(done);
    });
    std::thread::spawn(move || {
        pass_on(err, std::io::stderr());
        drop(also_done);
    });
    let status = child.wait()?;
    let _: Result<(), _> = all_said.recv_timeout(LAST_WORDS);
    if !status.success() {
        let words: Vec<_> = command.get_args().take(3).map(|word| word.to_string_lossy()).collect();
        bail!("`{}` ended with {status}", words.join(" "));
    }
    Ok(())
}

/// What the command said last is awaited so long. A server that a failed test left behind may hold its output open for ever.
const LAST_WORDS: Duration = Duration::from_secs(2);
/// So many lines about failures are said again, each so many characters long.
const FAILURES: usize = 24;
const FAILURE_CHARS: usize = 160;

static SAID_OF_FAILURES: Mutex<Vec<String>> = Mutex::new(Vec::new());

fn failures() -> std::sync::MutexGuard<'static, Vec<String>> {
    SAID_OF_FAILURES.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
}

fn pass_on(from: impl Read, mut to: impl Write) {
    let mut from = BufReader::new(from);
    let mut line = Vec::new();
    // The line after a panic says what was wrong.
    let mut is_next = false;
    while from.read_until(b'\n', &mut line).is_ok_and(|length| length > 0) {
        // Whoever watches may have gone, and the command goes on.
        let _ = to.write_all(&line).and_then(|()| to.flush());
        let text = without_colours(&String::from_utf8_lossy(&line));
        if is_next || tells_of_failure(&text) {
            note_failure(text.chars().take(FAILURE_CHARS).collect());
        }
        is_next = text.contains("panicked at");
        line.clear();
    }
}

fn note_failure(line: String) {
    let mut lines = failures();
    if lines.len() < FAILURES && !lines.contains(&line) {
        lines.push(line);
    }
}

/// As the tools that run here say it: cargo, nextest, vitest, the test harnesses of Rust and Node.
fn tells_of_failure(line: &str) -> bool {
    ["FAIL", "error:", "error[", "not ok"].iter().any(|word| line.starts_with(word))
        || ["Error: ", "panicked at", "... FAILED"].iter().any(|word| line.contains(word))
}

fn without_colours(line: &str) -> String {
    let mut parts = line.trim().split("\u{1b}[");
    let first = parts.next().unwrap_or_default().to_owned();
    let rest = parts.map(|part| part.split_once('m').map_or("", |(_, text)| text));
    rest.fold(first, |text, part| text + part).trim().to_owned()
}

pub fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap_or(Path::new("."))
}
