//! What can be set, where it can be set, and what is said when it is set wrongly.
//!
//! To add a key, add it to its section's struct with a sentence above it: the parser, the environment, the
//! example file and the error sentences follow from there. To add a section, add its file and a line to
//! `config!` below.

mod api;
mod data;
mod database;
mod example;
mod gifs;
mod layer;
mod limits;
mod log;
mod media;
mod outbound;
mod policy;
mod presence;
mod previews;
mod problem;
mod push;
mod registration;
mod rooms;
mod safety;
mod seal;
mod secret;
mod section;
mod server;
mod sync;
#[cfg(test)]
mod tests;
mod turn;

use figment::Figment;
use serde::Deserialize;

pub use self::layer::Layer;
pub use self::log::{Format, Log};
pub use self::media::{Media, StoreKind};
pub use self::problem::Problem;
use self::section::{Invalid, Section, SectionText};

macro_rules! config {
    ($($name:ident: $section:ty,)*) => {
        #[derive(Debug, Clone, PartialEq, Default, Deserialize)]
        #[serde(default, deny_unknown_fields)]
        pub struct Config {
            $(pub $name: $section,)*
        }

        fn sections() -> Vec<SectionText> {
            vec![$(SectionText {
                name: stringify!($name),
                about: <$section>::ABOUT,
                keys: <$section>::keys(),
            }),*]
        }
    };
}

config! {
    server: server::Server,
    data: data::Data,
    database: database::Database,
    registration: registration::Registration,
    rooms: rooms::Rooms,
    limits: limits::Limits,
    media: Media,
    sync: sync::Sync,
    policy: policy::Policy,
    presence: presence::Presence,
    safety: safety::Safety,
    push: push::Push,
    previews: previews::Previews,
    gifs: gifs::Gifs,
    turn: turn::Turn,
    outbound: outbound::Outbound,
    seal: seal::Seal,
    api: api::Api,
    log: Log,
}

/// A fully commented configuration file that changes nothing.
pub fn example() -> String {
    example::file(&sections())
}

/// Remembers where each value came from, for what turns out to be wrong only when it is used.
#[derive(Debug)]
pub struct Sources(Figment);

impl Sources {
    /// `path` is a dotted key; `reason` goes on where key and value stand, without a full stop.
    pub fn problem(&self, path: &str, reason: &str) -> Problem {
        Problem::invalid(path, &self.0, reason)
    }
}

impl Config {
    /// Lays the sources over the defaults, the later over the earlier: file, environment, flags.
    pub fn load(
        file: Option<Layer>,
        environment: impl IntoIterator<Item = (String, String)>,
        flags: Vec<Layer>,
    ) -> Result<(Self, Sources), Problem> {
        let sections = sections();
        let names: Vec<&str> = sections.iter().map(|section| section.name).collect();
        let mut layers = vec![Layer::defaults(&sections)];
        layers.extend(file);
        layers.extend(Layer::environment(environment, &names));
        layers.extend(flags);
        layers.iter().try_for_each(Layer::check::<Self>)?;
        let merged = layers.iter().fold(Figment::new(), Figment::merge);
        let mut config: Self =
            merged.extract_lossy().map_err(|error| Problem::misfit("the configuration", &merged, &error))?;
        let sources = Sources(merged);
        config.settle().map_err(|(section, invalid)| {
            sources.problem(&format!("{section}.{}", invalid.key), &invalid.reason)
        })?;
        Ok((config, sources))
    }

    /// Reads secrets from their files and checks what the types cannot.
    fn settle(&mut self) -> Result<(), (&'static str, Invalid)> {
        let within = |section| move |invalid| (section, invalid);
        self.database.read_secrets().map_err(within("database"))?;
        self.media.read_secrets().map_err(within("media"))?;
        self.api.read_secrets().map_err(within("api"))?;
        self.gifs.read_secrets().map_err(within("gifs"))?;
        self.turn.read_secrets().map_err(within("turn"))?;
        self.server.validate().map_err(within("server"))?;
        self.database.validate().map_err(within("database"))?;
        self.rooms.validate().map_err(within("rooms"))?;
        self.limits.validate().map_err(within("limits"))?;
        self.media.validate().map_err(within("media"))?;
        self.sync.validate().map_err(within("sync"))?;
        self.safety.validate().map_err(within("safety"))?;
        self.push.validate().map_err(within("push"))?;
        self.gifs.validate().map_err(within("gifs"))?;
        self.turn.validate().map_err(within("turn"))?;
        self.outbound.validate().map_err(within("outbound"))?;
        self.api.validate().map_err(within("api"))?;
        self.seal.validate().map_err(within("seal"))?;
        self.log.validate().map_err(within("log"))
    }
}
