//! `cargo xtask test`: every check and every test of the repository, as CI runs them.

use std::path::{Path, PathBuf};
use std::process::Command;
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

fn finish(command: &mut Command) -> Result<()> {
    let program = command.get_program().to_string_lossy().into_owned();
    let status = command.status().with_context(|| format!("{program} cannot be run"))?;
    if !status.success() {
        let words: Vec<_> = command.get_args().take(3).map(|word| word.to_string_lossy()).collect();
        bail!("`{}` ended with {status}", words.join(" "));
    }
    Ok(())
}

pub fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap_or(Path::new("."))
}
