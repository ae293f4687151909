use std::path::PathBuf;

use super::section::section;

section! {
    /// Where Aside keeps what belongs to it.
    pub struct Data {
        /// The folder of the SQLite database and of uploaded media. It is made at the first start.
        pub dir: PathBuf = PathBuf::from("./aside-data"),
    }
}
