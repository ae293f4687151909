//! `aside account …`: what an operator does for one person.

use aside_domain::two_factor;
use clap::{Args, Subcommand};
use ruma::UserId;

use crate::cli::DataArgs;
use crate::wiring;

#[derive(Debug, Subcommand)]
pub enum AccountCommand {
    /// Switches two-factor authentication off, for somebody who has lost their authenticator and their recovery codes. Make sure
    /// by other means that it is them who asks. The server may be running.
    ResetTwoFactor(Whose),
}

/// Whose account, and where the data is.
#[derive(Debug, Args)]
pub struct Whose {
    /// Such as @alice:example.org
    user_id: String,
    #[command(flatten)]
    at: DataArgs,
}

/// Runs a command; the error is one sentence for whoever gave it.
pub fn run(command: &AccountCommand) -> Result<(), String> {
    let AccountCommand::ResetTwoFactor(Whose { user_id, at }) = command;
    let user_id = UserId::parse(user_id).map_err(|error| format!("{user_id} is no user id: {error}."))?;
    let (config, sources) = at.config().map_err(|problem| problem.to_string())?;
    let runtime =
        tokio::runtime::Runtime::new().map_err(|error| format!("no thread can be started: {error}."))?;
    let was_on = runtime.block_on(async {
        let hs = wiring::open_data(&config, &sources).await?;
        two_factor::reset(&hs, &user_id).await.map_err(|error| format!("{user_id}: {error}."))
    })?;
    match was_on {
        true => println!("{user_id} logs in with the password alone now."),
        false => println!("{user_id} had no two-factor authentication."),
    }
    Ok(())
}
