use super::section::section;

section! {
    /// Whether people see who is online.
    pub struct Presence {
        /// Whether presence is kept and shared with those who have a conversation in common.
        pub enabled: bool = true,
    }
}
