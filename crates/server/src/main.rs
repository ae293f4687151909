//! The program `aside`: reads its configuration, opens the homeserver and serves it.

mod accept;
mod account;
mod cli;
mod config;
mod forwarded;
mod greeting;
mod logging;
mod policy;
mod sealing;
mod serve;
mod wiring;

use std::process::ExitCode;

use clap::Parser;

use crate::cli::{Cli, Command, ConfigCommand, ServeArgs};

/// Gives memory back to the system where the allocator of the C library keeps it.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    let cli = Cli::parse();
    let done = match cli.command {
        None => serve(&cli.serve),
        Some(Command::Serve(args)) => serve(&args),
        Some(Command::Config(command)) => configure(&command),
        Some(Command::Policy(command)) => policy::run(&command),
        Some(Command::Account(command)) => account::run(&command),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(sentence) => {
            eprintln!("aside: {sentence}");
            ExitCode::FAILURE
        }
    }
}

fn configure(command: &ConfigCommand) -> Result<(), String> {
    match command {
        ConfigCommand::Check(file) => {
            file.config().map_err(|problem| problem.to_string())?;
            println!("The configuration is in order.");
        }
        ConfigCommand::Example => print!("{}", config::example()),
    }
    Ok(())
}

fn serve(args: &ServeArgs) -> Result<(), String> {
    let (config, sources) = args.config().map_err(|problem| problem.to_string())?;
    logging::start(&config.log);
    // Whoever opens a TLS connection finds the one implementation of cryptography that is linked.
    rustls::crypto::ring::default_provider()
        .install_default()
        .map_err(|_| "another provider of cryptography is installed already.".to_owned())?;
    tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(|error| format!("the threads of the server cannot be started: {error}."))?
        .block_on(serve::serve(config, &sources))
}
