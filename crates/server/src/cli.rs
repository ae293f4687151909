//! The command line. What it sets is laid over the configuration file and the environment.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};

use crate::account::AccountCommand;
use crate::config::{Config, Layer, Problem, Sources};
use crate::policy::PolicyCommand;

/// Direct messages for your platform, over the Matrix client-server API.
#[derive(Debug, Parser)]
#[command(name = "aside", version, args_conflicts_with_subcommands = true)]
pub struct Cli {
    #[command(subcommand)]
    pub command: Option<Command>,
    #[command(flatten)]
    pub serve: ServeArgs,
}

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Runs the server (also without a subcommand).
    Serve(ServeArgs),
    /// Works on the configuration.
    #[command(subcommand)]
    Config(ConfigCommand),
    /// Tries policy profiles.
    #[command(subcommand)]
    Policy(PolicyCommand),
    /// Does something for one person.
    #[command(subcommand)]
    Account(AccountCommand),
}

#[derive(Debug, Subcommand)]
pub enum ConfigCommand {
    /// Says what is wrong with the configuration, or that nothing is.
    Check(FileArgs),
    /// Prints a fully commented configuration file with all defaults.
    Example,
}

#[derive(Debug, Default, Args)]
pub struct FileArgs {
    /// The configuration file; without it, only the environment and the flags count.
    #[arg(long, short, value_name = "FILE", env = "ASIDE_CONFIG")]
    pub config: Option<PathBuf>,
}

/// Where the data of a server is.
#[derive(Debug, Default, Args)]
pub struct DataArgs {
    #[command(flatten)]
    pub file: FileArgs,
    /// Folder for the SQLite database and media [default: ./aside-data]
    #[arg(long, value_name = "DIR")]
    pub data: Option<String>,
    /// PostgreSQL URL; without it, SQLite in the data folder
    #[arg(long, value_name = "URL")]
    pub database: Option<String>,
}

#[derive(Debug, Default, Args)]
pub struct ServeArgs {
    #[command(flatten)]
    pub at: DataArgs,
    /// Address and port to listen on [default: 127.0.0.1:8008]
    #[arg(long, value_name = "ADDRESS")]
    pub listen: Option<String>,
    /// The name after the colon in user ids; cannot be changed later [default: localhost]
    #[arg(long, value_name = "NAME")]
    pub server_name: Option<String>,
    /// The policy profile, by its name or the path of its file [default: aside]
    #[arg(long, value_name = "NAME|FILE")]
    pub profile: Option<String>,
    /// Lets anyone make an account
    #[arg(long)]
    pub open_registration: bool,
    /// Takes all rate limits off, for tests and measurements
    #[arg(long)]
    pub no_rate_limits: bool,
}

impl ServeArgs {
    pub fn config(&self) -> Result<(Config, Sources), Problem> {
        load(&self.at.file, self.flags())
    }

    fn flags(&self) -> Vec<Layer> {
        let mut flags = self.at.flags();
        flags.extend(given(&[
            ("--listen", "server.listen", &self.listen),
            ("--server-name", "server.name", &self.server_name),
            ("--profile", "policy.profile", &self.profile),
        ]));
        if self.open_registration {
            flags.push(Layer::one("--open-registration", "registration.open", true));
        }
        if self.no_rate_limits {
            flags.push(Layer::one("--no-rate-limits", "limits.rate_limits", false));
        }
        flags
    }
}

impl DataArgs {
    pub fn config(&self) -> Result<(Config, Sources), Problem> {
        load(&self.file, self.flags())
    }

    fn flags(&self) -> Vec<Layer> {
        given(&[("--data", "data.dir", &self.data), ("--database", "database.url", &self.database)])
    }
}

/// The layers of those flags that were given.
fn given(flags: &[(&str, &str, &Option<String>)]) -> Vec<Layer> {
    let given = flags.iter().filter_map(|&(flag, key, value)| Some((flag, key, value.clone()?)));
    given.map(|(flag, key, value)| Layer::one(flag, key, value)).collect()
}

impl FileArgs {
    pub fn config(&self) -> Result<(Config, Sources), Problem> {
        load(self, Vec::new())
    }
}

fn load(file: &FileArgs, flags: Vec<Layer>) -> Result<(Config, Sources), Problem> {
    let file = file.config.as_deref().map(Layer::file).transpose()?;
    // A variable that is not Unicode cannot be one of ours.
    let environment = std::env::vars_os()
        .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)));
    Config::load(file, environment, flags)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn flags_reach_the_configuration() {
        let words = "aside serve --listen 127.0.0.1:9 --data d --server-name a.example --database postgres://x \
                     --open-registration --no-rate-limits";
        let Cli { command: Some(Command::Serve(args)), .. } = Cli::parse_from(words.split_whitespace())
        else {
            panic!("`serve` should be understood");
        };
        let (config, _) = Config::load(None, [], args.flags()).expect("the flags are right");

        assert_eq!(config.server.listen.port(), 9);
        assert_eq!(config.data.dir, PathBuf::from("d"));
        assert_eq!(config.server.name, "a.example");
        assert_eq!(config.database.url.expect("it was given").reveal(), "postgres://x");
        assert!(config.registration.open);
        assert!(!config.limits.rate_limits);
    }

    #[test]
    fn serve_may_be_left_out() {
        let cli = Cli::parse_from(["aside", "--listen", "127.0.0.1:9"]);
        assert!(cli.command.is_none());
        assert_eq!(cli.serve.listen.as_deref(), Some("127.0.0.1:9"));
    }

    #[test]
    fn a_bad_flag_is_named() {
        let args = ServeArgs { listen: Some("8008".to_owned()), ..ServeArgs::default() };
        let problem = Config::load(None, [], args.flags()).expect_err("the port alone is no address");
        assert_eq!(
            problem.to_string(),
            "--listen: server.listen = \"8008\" is not an IP address with a port, such as 127.0.0.1:8008."
        );
    }
}
