use std::collections::BTreeMap;

use super::section::section;

section! {
    /// Who may write to whom. `aside policy --help` tries profiles, and docs/operating/policy.md tells how to write one.
    pub struct Policy {
        /// The policy profile: the name of one that is built in, such as aside, open, classic/instagram or current/x,
        /// or the path of a file.
        pub profile: String = "aside".to_owned(),

        /// Other profiles for groups of users, by the names of the groups. The platform's backend says who is in which.
        pub groups: BTreeMap<String, String> = BTreeMap::new(),
    }
}
