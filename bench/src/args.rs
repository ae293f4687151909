//! What can be asked of `cargo xtask bench`.

use std::path::PathBuf;
use std::time::Duration;

use clap::error::ErrorKind;
use clap::{Arg, ArgAction, ArgMatches, Command, FromArgMatches, ValueEnum, value_parser};

#[derive(clap::Args)]
pub struct Args {
    #[command(flatten)]
    pub rivals: Rivals,
    /// Measure only the servers given by --url
    #[arg(long, requires = "url")]
    pub no_aside: bool,
    /// Start this program instead of building Aside
    #[arg(long, value_name = "PATH", conflicts_with = "no_aside")]
    pub binary: Option<PathBuf>,
    /// Let Aside use this database; given several times, each is measured in turn ("sqlite" is the embedded
    /// one)
    #[arg(long, value_name = "URL", conflicts_with = "no_aside")]
    pub database: Vec<String>,
    /// Measure only these
    #[arg(long, value_delimiter = ',', value_name = "MEASURES")]
    pub only: Vec<Measure>,
    /// Repeat everything, Aside each time on new data, and show the medians
    #[arg(long, default_value_t = 1, value_name = "TIMES", value_parser = value_parser!(u32).range(1..))]
    pub repeat: u32,
    /// Write all figures to this file too
    #[arg(long, value_name = "FILE")]
    pub json: Option<PathBuf>,
    #[command(flatten)]
    sizes: SizeArgs,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum)]
pub enum Measure {
    /// Start-up time and memory (of Aside only, because it needs to be started for that)
    Start,
    /// Clients that wait for news
    Idle,
    /// Closed-loop sends
    Send,
    /// Open-loop delivery from send to /sync
    Deliver,
    /// First and incremental /sync of a user with many rooms
    Rooms,
    /// Paging through the history of a room
    History,
    /// Password logins, and sends during a storm of them
    Login,
}

impl Args {
    pub fn wants(&self, measure: Measure) -> bool {
        self.only.is_empty() || self.only.contains(&measure)
    }

    pub fn sizes(&self) -> Sizes {
        self.sizes.resolve()
    }
}

#[derive(clap::Args)]
struct SizeArgs {
    /// Small sizes and a few seconds: shows that everything works, not how fast
    #[arg(long)]
    quick: bool,
    /// How long each timed measure lasts [default: 10]
    #[arg(long, value_name = "SECONDS", value_parser = positive)]
    seconds: Option<usize>,
    /// Pairs of users that write to each other [default: 64]
    #[arg(long, value_name = "COUNT", value_parser = positive)]
    pairs: Option<usize>,
    /// Closed-loop sends in flight, at most one a pair [default: 20]
    #[arg(long, value_delimiter = ',', value_name = "COUNTS", value_parser = positive)]
    in_flight: Vec<usize>,
    /// Open-loop messages a second [default: 20,1000]
    #[arg(long, value_delimiter = ',', value_name = "RATES", value_parser = positive)]
    rates: Vec<usize>,
    /// Direct rooms of one user [default: 100,1000]
    #[arg(long, value_delimiter = ',', value_name = "COUNTS", value_parser = positive)]
    rooms: Vec<usize>,
    /// Messages in the room whose history is read [default: 2000]
    #[arg(long, value_name = "COUNT", value_parser = positive)]
    history: Option<usize>,
    /// Clients that wait for news [default: 2000]
    #[arg(long, value_name = "COUNT", value_parser = positive)]
    idle: Option<usize>,
}

/// How much of everything is measured.
#[derive(Clone)]
pub struct Sizes {
    pub quick: bool,
    pub duration: Duration,
    pub pairs: usize,
    pub in_flight: Vec<usize>,
    pub rates: Vec<usize>,
    pub rooms: Vec<usize>,
    /// Initial syncs after the first one.
    pub repeats: usize,
    /// Incremental syncs.
    pub incremental: usize,
    pub history: usize,
    /// How often the whole history is read.
    pub passes: usize,
    pub idle: usize,
}

impl SizeArgs {
    fn resolve(&self) -> Sizes {
        let or_given = |given: &[usize], default: &'static [usize]| {
            if given.is_empty() { default } else { given }.to_vec()
        };
        Sizes {
            quick: self.quick,
            duration: Duration::from_secs(self.seconds.unwrap_or(self.pick(2, 10)) as u64),
            pairs: self.pairs.unwrap_or(self.pick(8, 64)),
            in_flight: or_given(&self.in_flight, self.pick(&[4], &[20])),
            rates: or_given(&self.rates, self.pick(&[20, 100], &[20, 1_000])),
            rooms: or_given(&self.rooms, self.pick(&[10], &[100, 1_000])),
            repeats: self.pick(3, 10),
            incremental: self.pick(20, 300),
            history: self.history.unwrap_or(self.pick(200, 2_000)),
            passes: self.pick(2, 5),
            idle: self.idle.unwrap_or(self.pick(50, 2_000)),
        }
    }

    fn pick<T>(&self, quick: T, full: T) -> T {
        if self.quick { quick } else { full }
    }
}

fn positive(text: &str) -> Result<usize, String> {
    match text.parse() {
        Ok(0) => Err("must be at least 1".to_owned()),
        result => result.map_err(|error| format!("{error}")),
    }
}

/// A server that runs already.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Rival {
    pub url: String,
    pub name: String,
    pub pids: Vec<u32>,
}

/// The servers given by `--url`, each with the `--pid` and `--name` that follow it.
///
/// Parsed by hand, because clap's derive forgets the order among different options.
#[derive(Clone, Default, PartialEq, Eq, Debug)]
pub struct Rivals {
    /// Processes named before any `--url`: they are Aside's, for instance its PostgreSQL.
    pub aside_pids: Vec<u32>,
    pub all: Vec<Rival>,
}

impl clap::Args for Rivals {
    fn augment_args(command: Command) -> Command {
        let option = |name, value| Arg::new(name).long(name).value_name(value).action(ArgAction::Append);
        command
            .arg(
                option("url", "URL")
                    .help("Measure this running Matrix homeserver too (http://host:port; repeatable)"),
            )
            .arg(option("name", "NAME").help("Column title of the --url before it"))
            .arg(option("pid", "PID").value_parser(value_parser!(u32)).help(
                "Process whose CPU and memory count for the --url before it (with its children; repeatable); \
                 before any --url: for Aside, beside its own",
            ))
    }

    fn augment_args_for_update(command: Command) -> Command {
        Self::augment_args(command)
    }
}

impl FromArgMatches for Rivals {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, clap::Error> {
        let mut rivals = Self::default();
        let urls: Vec<_> = indexed::<String>(matches, "url");
        rivals.all.extend(urls.iter().map(|(_, url)| Rival {
            url: url.clone(),
            name: url.clone(),
            pids: Vec::new(),
        }));
        let owner =
            |index| urls.iter().take_while(|(url_index, _)| *url_index < index).count().checked_sub(1);
        for (index, pid) in indexed::<u32>(matches, "pid") {
            match owner(index) {
                Some(rival) => rivals.all[rival].pids.push(pid),
                None => rivals.aside_pids.push(pid),
            }
        }
        for (index, name) in indexed::<String>(matches, "name") {
            let rival = owner(index).ok_or_else(|| {
                clap::Error::raw(ErrorKind::MissingRequiredArgument, "--name needs a --url before it\n")
            })?;
            rivals.all[rival].name = name;
        }
        Ok(rivals)
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), clap::Error> {
        *self = Self::from_arg_matches(matches)?;
        Ok(())
    }
}

/// The values of an option with their places on the command line.
fn indexed<T: Clone + Send + Sync + 'static>(matches: &ArgMatches, name: &str) -> Vec<(usize, T)> {
    let indices = matches.indices_of(name).into_iter().flatten();
    indices.zip(matches.get_many::<T>(name).into_iter().flatten().cloned()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(line: &str) -> Result<Args, clap::Error> {
        let command = <Args as clap::Args>::augment_args(Command::new("bench").no_binary_name(true));
        Args::from_arg_matches(&command.try_get_matches_from(line.split_whitespace())?)
    }

    #[test]
    fn names_and_processes_belong_to_the_url_before_them() -> Result<(), clap::Error> {
        let args = parse("--pid 1 --url http://a:1 --name a --pid 2 --pid 3 --url http://b:1 --pid 4")?;
        assert_eq!(args.rivals.aside_pids, [1]);
        let rival = |url: &str, name: &str, pids: &[u32]| Rival {
            url: url.into(),
            name: name.into(),
            pids: pids.into(),
        };
        assert_eq!(
            args.rivals.all,
            [rival("http://a:1", "a", &[2, 3]), rival("http://b:1", "http://b:1", &[4])]
        );
        Ok(())
    }

    #[test]
    fn a_name_without_a_url_is_refused() {
        assert!(parse("--name a --url http://a:1").is_err());
        assert!(parse("--no-aside").is_err());
    }

    #[test]
    fn quick_sizes_give_way_to_those_asked_for() -> Result<(), clap::Error> {
        let sizes = parse("--quick --rooms 5,7")?.sizes();
        assert_eq!((sizes.rooms, sizes.pairs, sizes.in_flight), (vec![5, 7], 8, vec![4]));
        assert!(parse("--rooms 0").is_err());
        Ok(())
    }

    #[test]
    fn measures_all_unless_told() -> Result<(), clap::Error> {
        assert!(parse("")?.wants(Measure::Login));
        let only = parse("--only send,deliver")?;
        assert!(only.wants(Measure::Send) && !only.wants(Measure::Login));
        Ok(())
    }
}
