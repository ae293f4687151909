//! One macro, so that a key, its default and its explanation are written once and stand side by side.

/// A group of keys under one `[heading]` of the configuration file.
pub trait Section {
    const ABOUT: &'static [&'static str];

    fn keys() -> Vec<Key>;
}

/// A section as the example file shows it.
#[derive(Debug)]
pub struct SectionText {
    pub name: &'static str,
    pub about: &'static [&'static str],
    pub keys: Vec<Key>,
}

/// What the example file says about one key.
#[derive(Debug)]
pub struct Key {
    pub name: &'static str,
    pub doc: &'static [&'static str],
    /// The value that holds when nobody sets the key; `None` for a key that is unset by default.
    pub default: Option<toml::Value>,
    /// What one could write, for a key that is unset by default.
    pub sample: Option<toml::Value>,
}

/// A value that passed the types but not the rules of its section.
#[derive(Debug, PartialEq)]
pub struct Invalid {
    pub key: &'static str,
    pub reason: String,
}

impl Invalid {
    pub fn new(key: &'static str, reason: impl Into<String>) -> Self {
        Self { key, reason: reason.into() }
    }
}

/// Declares a section: `pub key: Type = default`, or `pub key: Option<Type> = None => "sample"`.
macro_rules! section {
    (
        $(#[doc = $about:literal])*
        pub struct $name:ident {
            $(
                $(#[doc = $doc:literal])*
                pub $key:ident: $type:ty = $default:expr $(=> $sample:literal)?,
            )*
        }
    ) => {
        $(#[doc = $about])*
        #[derive(Debug, Clone, PartialEq, serde::Deserialize)]
        #[serde(default, deny_unknown_fields)]
        pub struct $name {
            $(
                $(#[doc = $doc])*
                pub $key: $type,
            )*
        }

        impl Default for $name {
            fn default() -> Self {
                Self { $($key: $default,)* }
            }
        }

        impl $crate::config::section::Section for $name {
            const ABOUT: &'static [&'static str] = &[$($about),*];

            fn keys() -> Vec<$crate::config::section::Key> {
                let defaults = Self::default();
                vec![$(
                    $crate::config::section::Key {
                        name: stringify!($key),
                        doc: &[$($doc),*],
                        default: section!(@default defaults.$key $(, $sample)?),
                        sample: section!(@sample $($sample)?),
                    },
                )*]
            }
        }
    };
    (@default $value:expr, $sample:literal) => {{
        // Touched so that a sample can only stand beside a key that may be unset.
        let _: &Option<_> = &$value;
        None
    }};
    (@default $value:expr) => { toml::Value::try_from(&$value).ok() };
    (@sample $sample:literal) => { toml::Value::try_from($sample).ok() };
    (@sample) => { None };
}

pub(crate) use section;
