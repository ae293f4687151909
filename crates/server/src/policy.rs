//! `aside policy …`: trying profiles without a running server.

use std::path::PathBuf;
use std::sync::Arc;

use aside_domain::policy::{self, read_profile};
use aside_domain::{Homeserver, Settings};
use aside_model::policy::{BUILT_IN, Deed, Loaded, Verdict};
use aside_store::{Location, Store};
use clap::{Args, Subcommand};
use ruma::UserId;

const DAY_MS: i64 = 86_400_000;

#[derive(Debug, Subcommand)]
pub enum PolicyCommand {
    /// Runs the cases that profiles promise; without a file, those of all profiles that are built in.
    Test {
        /// Profiles: names of built-in ones, or files.
        files: Vec<String>,
    },
    /// Says what would happen if one person wrote to another, and why.
    Explain {
        /// Who writes, such as @alice:example.org
        sender: String,
        /// To whom
        recipient: String,
        /// What they do: start, call or add_to_group
        #[arg(long, default_value = "start")]
        deed: String,
        #[command(flatten)]
        at: At,
    },
    /// Says what a changed profile would have done, from the verdicts that the server kept; they hold no text.
    Replay {
        /// The profile to try: the name of a built-in one, or a file
        #[arg(id = "tried", value_name = "NAME|FILE")]
        tried: String,
        /// How many days back
        #[arg(long, default_value_t = 30)]
        days: u32,
        #[command(flatten)]
        at: At,
    },
}

/// Where the data is.
#[derive(Debug, Args)]
pub struct At {
    /// Folder with the SQLite database
    #[arg(long, value_name = "DIR", default_value = "./aside-data")]
    data: PathBuf,
    /// PostgreSQL URL, instead of the folder's database
    #[arg(long, value_name = "URL")]
    database: Option<String>,
    /// The server's profile, for `explain`
    #[arg(long, value_name = "NAME|FILE", default_value = "aside")]
    profile: String,
}

/// Runs a command; the error is one sentence for whoever gave it.
pub fn run(command: &PolicyCommand) -> Result<(), String> {
    match command {
        PolicyCommand::Test { files } => test(files),
        PolicyCommand::Explain { sender, recipient, deed, at } => {
            let text = wait(explain(sender, recipient, deed, at))??;
            print!("{text}");
            Ok(())
        }
        PolicyCommand::Replay { tried, days, at } => {
            let text = wait(replay(tried, *days, at))??;
            print!("{text}");
            Ok(())
        }
    }
}

fn wait<T>(work: impl Future<Output = T>) -> Result<T, String> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    runtime
        .map(|runtime| runtime.block_on(work))
        .map_err(|error| format!("no work can be done here: {error}."))
}

fn test(files: &[String]) -> Result<(), String> {
    let built_in = BUILT_IN.iter().map(|(name, _)| (*name).to_owned());
    let names: Vec<String> = if files.is_empty() { built_in.collect() } else { files.to_vec() };
    let (mut cases, mut failed) = (0, 0);
    for name in &names {
        let Loaded { profile, cases: promised } =
            read_profile(name).map_err(|problem| format!("{problem}."))?;
        for case in &promised {
            cases += 1;
            if let Err(reason) = case.check(&profile) {
                failed += 1;
                println!("{name}: {}: {reason}", case.name);
            }
        }
    }
    if failed > 0 {
        return Err(format!("{failed} of {cases} cases of {} profiles came out differently.", names.len()));
    }
    println!("All {cases} cases of {} profiles came out as they say.", names.len());
    Ok(())
}

async fn open(at: &At) -> Result<Arc<Homeserver>, String> {
    let location = match &at.database {
        Some(url) => Location::Postgres { url: url.clone(), max_connections: 2 },
        None if at.data.join("aside.db").exists() => Location::Sqlite(at.data.clone()),
        None => return Err(format!("{} has no database.", at.data.display())),
    };
    let sentence = |error: &dyn std::fmt::Display| format!("{error}.");
    let store = Store::open(location).await.map_err(|error| sentence(&error))?;
    let mut settings = Settings::in_directory(at.data.clone());
    settings.policy.profile.clone_from(&at.profile);
    settings.server_name = aside_domain::server_name(&store)
        .await
        .map_err(|error| sentence(&error))?
        .ok_or_else(|| "The database belongs to no server yet.".to_owned())?;
    Homeserver::open(store, settings).await.map_err(|error| sentence(&error))
}

async fn explain(sender: &str, recipient: &str, deed: &str, at: &At) -> Result<String, String> {
    let user_id = |text: &str| UserId::parse(text).map_err(|error| format!("{text} is no user id: {error}."));
    let (sender, recipient) = (user_id(sender)?, user_id(recipient)?);
    let deed = Deed::ALL.iter().copied().find(|known| known.as_str() == deed);
    let deed = deed.ok_or_else(|| "The deed is one of start, call and add_to_group.".to_owned())?;
    let hs = open(at).await?;
    let explained = policy::explain(&hs, &sender, &recipient, deed, false).await;
    let explained = explained.map_err(|error| format!("{error}."))?;
    let head = format!(
        "{sender} → {recipient}, by {}: {} ({}), consent {}\n",
        explained.profile.profile.id, explained.verdict.action, explained.verdict.folder, explained.consent
    );
    Ok(head + &chain(&explained.verdict))
}

/// One line a reason, in the order in which they were asked.
fn chain(verdict: &Verdict) -> String {
    let lines = verdict.reasons.iter().enumerate().map(|(number, reason)| {
        let inputs: Vec<String> = reason
            .inputs
            .iter()
            .map(|(name, value)| format!("{name} = {}", serde_json::to_string(value).unwrap_or_default()))
            .collect();
        let limit = reason.limit.map(|limit| format!(", limit {limit}")).unwrap_or_default();
        format!("  {}. {}: {} [{}{limit}]\n", number + 1, reason.rule, reason.text, inputs.join(", "))
    });
    lines.collect()
}

async fn replay(profile: &str, days: u32, at: &At) -> Result<String, String> {
    let loaded = read_profile(profile).map_err(|problem| format!("{problem}."))?;
    let hs = open(at).await?;
    let since = hs.clock.now_ms() - i64::from(days) * DAY_MS;
    let replayed = policy::replay(&hs, &loaded.profile, since).await.map_err(|error| format!("{error}."))?;
    let changed: u64 = replayed.changes.values().sum();
    let mut text = format!(
        "{} verdicts of the last {days} days; {changed} would have come out differently by {}.\n",
        replayed.verdicts, loaded.profile.profile.id
    );
    for (change, count) in &replayed.changes {
        let policy::ReplayedChange { from, from_rule, to, to_rule } = change;
        text += &format!("  {count}: {from} ({from_rule}) → {to} ({to_rule})\n");
    }
    if replayed.unreadable > 0 {
        text += &format!("{} verdicts of another version could not be read.\n", replayed.unreadable);
    }
    Ok(text)
}
