//! What can be set, where it can be set, and what is said when it is set wrongly.
//!
//! To add a key, add it to its section's struct with a sentence above it: the parser, the environment, the
//! example file and the error sentences follow from there. To add a section, add its file and a line to
//! `config!` below.

mod data;
mod database;
mod example;
mod layer;
mod limits;
mod log;
mod media;
mod presence;
mod problem;
mod registration;
mod rooms;
mod secret;
mod section;
mod server;
mod sync;
#[cfg(test)]
mod tests;

use figment::Figment;
use serde::Deserialize;

pub use self::layer::Layer;
pub use self::log::{Format, Log};
pub use self::media::{Media, StoreKind};
pub use self::problem::Problem;
use self::section::{Invalid, Section};

macro_rules! config {
    ($($name:ident: $section:ty,)*) => {
        #[derive(Debug, Clone, PartialEq, Default, Deserialize)]
        #[serde(default, deny_unknown_fields)]
        pub struct Config {
            $(pub $name: $section,)*
        }

        const SECTIONS: &[&str] = &[$(stringify!($name)),*];

        /// A fully commented configuration file that changes nothing.
        pub fn example() -> String {
            let sections = [$(example::section(stringify!($name), <$section>::ABOUT, &<$section>::keys())),*];
            example::file(&sections)
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
    presence: presence::Presence,
    log: Log,
}

impl Config {
    /// Lays the sources over the defaults, the later over the earlier: file, environment, flags.
    pub fn load(
        file: Option<Layer>,
        environment: impl IntoIterator<Item = (String, String)>,
        flags: Vec<Layer>,
    ) -> Result<Self, Problem> {
        let mut layers = Vec::from_iter(file);
        layers.extend(Layer::environment(environment, SECTIONS));
        layers.extend(flags);
        layers.iter().try_for_each(Layer::check::<Self>)?;
        let merged = layers.iter().fold(Figment::new(), Figment::merge);
        let mut config: Self =
            merged.extract_lossy().map_err(|error| Problem::misfit("the configuration", &merged, &error))?;
        config.settle().map_err(|(section, invalid)| Problem::invalid(section, &merged, &invalid))?;
        Ok(config)
    }

    /// Reads secrets from their files and checks what the types cannot.
    fn settle(&mut self) -> Result<(), (&'static str, Invalid)> {
        let within = |section| move |invalid| (section, invalid);
        self.database.read_secrets().map_err(within("database"))?;
        self.media.read_secrets().map_err(within("media"))?;
        self.server.validate().map_err(within("server"))?;
        self.database.validate().map_err(within("database"))?;
        self.rooms.validate().map_err(within("rooms"))?;
        self.limits.validate().map_err(within("limits"))?;
        self.media.validate().map_err(within("media"))?;
        self.sync.validate().map_err(within("sync"))?;
        self.log.validate().map_err(within("log"))
    }
}
