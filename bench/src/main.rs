//! `cargo xtask bench`: a load generator for Matrix homeservers and its report.
//!
//! It speaks only the standard client-server API, so any homeserver can be measured beside Aside in the same
//! run. It runs on one thread and does as little as it can for each request, because it shares its cores with
//! the server.

mod args;
mod client;
mod deliver;
mod disk;
mod figures;
mod history;
mod idle;
mod latencies;
mod login;
mod matrix;
mod pace;
mod people;
mod proc;
mod report;
mod rooms;
mod scan;
mod send;
mod server;
mod start;

use std::fs;
use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use clap::Parser as _;
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use tokio::time::sleep;

use args::{Args, Measure, Rival, Sizes};
use client::Endpoint;
use figures::Figures;
use people::People;
use proc::{Meter, Processes};
use report::Column;
use server::Launcher;

#[derive(clap::Parser)]
#[command(name = "cargo xtask bench", bin_name = "cargo xtask bench", about)]
struct Cli {
    #[command(flatten)]
    args: Args,
}

fn main() -> ExitCode {
    match run(Cli::parse().args) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

/// One pass over one server: what the measures read, and where they put their figures.
struct Run<'a> {
    sizes: &'a Sizes,
    people: People,
    processes: Processes,
    figures: &'a mut Figures,
}

fn run(args: Args) -> Result<()> {
    let sizes = args.sizes();
    if args.wants(Measure::Idle) {
        allow_open_files(sizes.idle as u64 + 1_000)?;
    }
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let columns = runtime.block_on(measure_servers(&args, &sizes))?;

    println!("{}", report::table(&columns));
    if sizes.quick {
        println!("Quick sizes: these figures show that everything works, not how fast it is.");
    }
    if let Some(path) = &args.json {
        fs::write(path, format!("{:#}\n", report::json(&columns, &sizes)))
            .with_context(|| path.display().to_string())?;
    }
    let failures: Vec<_> = columns
        .iter()
        .flat_map(|column| column.failures.iter().map(|failure| format!("{}: {failure}", column.name)))
        .collect();
    ensure!(failures.is_empty(), "not everything could be measured:\n{}", failures.join("\n"));
    Ok(())
}

async fn measure_servers(args: &Args, sizes: &Sizes) -> Result<Vec<Column>> {
    let mut columns = Vec::new();
    if !args.no_aside {
        let binary = args.binary.clone().map_or_else(server::build, Ok)?;
        for database in databases(args) {
            let mut column = Column { name: aside_name(database), runs: Vec::new(), failures: Vec::new() };
            for _ in 0..args.repeat {
                measure_aside(args, sizes, &binary, database, &mut column).await?;
            }
            columns.push(column);
        }
    }
    for rival in &args.rivals.all {
        let mut column = Column { name: rival.name.clone(), runs: Vec::new(), failures: Vec::new() };
        for _ in 0..args.repeat {
            measure_rival(args, sizes, rival, &mut column).await?;
        }
        columns.push(column);
    }
    Ok(columns)
}

/// The databases to use in turn: the embedded one is none.
fn databases(args: &Args) -> Vec<Option<&str>> {
    match args.database.as_slice() {
        [] => vec![None],
        given => given.iter().map(|url| (url != "sqlite").then_some(url.as_str())).collect(),
    }
}

fn aside_name(database: Option<&str>) -> String {
    match database.and_then(|url| url.split_once(':')) {
        // Only the scheme: the rest may hold a password.
        Some((scheme, _)) => format!("aside, {scheme}"),
        None => "aside".to_owned(),
    }
}

/// Measures a fresh Aside from its first start to its last.
async fn measure_aside(
    args: &Args,
    sizes: &Sizes,
    binary: &Path,
    database: Option<&str>,
    column: &mut Column,
) -> Result<()> {
    let launcher = Launcher::new(binary, database)?;
    let mut server = launcher.start().await?;
    let mut figures = Figures::default();
    if args.wants(Measure::Start) {
        progress(&column.name, "start");
        start::first(&server, &mut figures).await;
        disk::measure(launcher.directory(), &mut figures)?;
    }
    let mut people = People::new(Arc::clone(&server.endpoint));
    if args.wants(Measure::Idle) {
        // Started again after the registrations: memory that hashing passwords has left in the allocator
        // would be given to the idle clients and make them look free.
        progress(&column.name, "registrations");
        people.users(sizes.idle).await?;
        server.stop().await?;
        server = launcher.start().await?;
        people.move_to(Arc::clone(&server.endpoint));
    }
    let mut roots = args.rivals.aside_pids.clone();
    roots.push(server.pid());
    let mut run = Run { sizes, people, processes: Processes { roots }, figures: &mut figures };
    measure_all(args, &mut run, column).await;
    if !column.failures.is_empty() {
        eprintln!("the end of the server's log:\n{}", server.log_end());
    }
    server.stop().await?;
    if args.wants(Measure::Start) {
        start::again(&launcher, &mut figures).await?;
    }
    column.runs.push(figures);
    Ok(())
}

async fn measure_rival(args: &Args, sizes: &Sizes, rival: &Rival, column: &mut Column) -> Result<()> {
    let mut figures = Figures::default();
    let people = People::new(Endpoint::parse(&rival.url)?);
    let processes = Processes { roots: rival.pids.clone() };
    let mut run = Run { sizes, people, processes, figures: &mut figures };
    measure_all(args, &mut run, column).await;
    column.runs.push(figures);
    Ok(())
}

/// Idle clients come first, as long as the server's memory is at rest.
async fn measure_all(args: &Args, run: &mut Run<'_>, column: &mut Column) {
    let whole = Meter::start(&run.processes);
    for measure in
        [Measure::Idle, Measure::Send, Measure::Deliver, Measure::Rooms, Measure::History, Measure::Login]
    {
        if !args.wants(measure) {
            continue;
        }
        let name = format!("{measure:?}").to_lowercase();
        progress(&column.name, &name);
        let result = match measure {
            Measure::Start => Ok(()),
            Measure::Idle => idle::measure(run).await,
            Measure::Send => send::measure(run).await,
            Measure::Deliver => deliver::measure(run).await,
            Measure::Rooms => rooms::measure(run).await,
            Measure::History => history::measure(run).await,
            Measure::Login => login::measure(run).await,
        };
        if let Err(error) = result {
            column.failures.push(format!("{name}: {error:#}"));
        }
    }
    run.people.registrations(run.figures);
    let used = whole.stop();
    run.figures.note("whole.server_cores", used.server_cores());
    run.figures.note("whole.client_cores", used.client_cores());
    sleep(Duration::from_secs(5)).await;
    start::memory(&run.processes, "end", "memory 5 s after the run, MB", run.figures);
}

fn progress(server: &str, measure: &str) {
    eprintln!("{server}: {measure} …");
}

/// Every idle client is an open socket here and in the server, which inherits the limit.
fn allow_open_files(needed: u64) -> Result<()> {
    let limit = getrlimit(Resource::Nofile);
    if limit.current.is_some_and(|current| current < needed) {
        let raised = Rlimit { current: Some(needed), maximum: limit.maximum };
        setrlimit(Resource::Nofile, raised).with_context(|| {
            format!("{needed} open files are needed: raise `ulimit -n`, or ask for fewer clients with --idle")
        })?;
    }
    Ok(())
}
