//! Writes the windows' TypeScript into a folder: `cargo run -p chatelaine --example bindings -- FOLDER`.

use std::path::PathBuf;

fn main() -> std::io::Result<()> {
    let folder = std::env::args_os()
        .nth(1)
        .map(PathBuf::from)
        .ok_or_else(|| {
            std::io::Error::new(
                std::io::ErrorKind::InvalidInput,
                "the folder to write into is missing",
            )
        })?;
    std::fs::create_dir_all(&folder)?;
    std::fs::write(
        folder.join("index.ts"),
        chatelaine::ipc::typescript::generate(),
    )
}
