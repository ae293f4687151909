//! `cargo xtask <task>`: what cargo cannot say in one line.

use std::ffi::OsString;
use std::process::ExitCode;

use clap::{Parser, Subcommand};

mod apt;
mod bench;
mod chromium;
mod openapi;
mod postgres;
mod test;
mod tidy;

#[derive(Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask", about)]
struct Cli {
    #[command(subcommand)]
    task: Task,
}

#[derive(Subcommand)]
enum Task {
    /// Measure Aside, and any other Matrix homeserver beside it
    #[command(disable_help_flag = true)]
    Bench {
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        args: Vec<OsString>,
    },
    /// Write the description of Aside's own API to docs/api/openapi.json
    Openapi,
    /// Run every check and every test, as CI does
    Test(test::Args),
    /// Check the rules of the house that the compiler doesn't know
    Tidy,
}

fn main() -> ExitCode {
    let result = match Cli::parse().task {
        Task::Bench { args } => bench::run(&args),
        Task::Openapi => openapi::run(),
        Task::Test(args) => test::run(&args),
        Task::Tidy => tidy::run(),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}
