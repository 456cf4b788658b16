//! A real llama.cpp server over a tiny model of random weights, both made by the tests themselves.

use std::fs::{self, File};
use std::io::{BufRead as _, BufReader, Write as _};
use std::path::{Path, PathBuf};
use std::process::{ChildStdin, Command, Stdio};

use crate::processes::{Leash, Running};

/// The Python packages: llama.cpp built for Python, the writer of its model files, and what that counts with.
const PACKAGES: [&str; 3] = ["xllamacpp", "gguf", "numpy"];

/// The running server.
#[derive(Debug)]
pub struct Llama {
    origin: String,
    // Held for their ends only. The server runs while its input is open.
    _input: ChildStdin,
    _server: Running,
    _leash: Leash,
}

impl Llama {
    /// Starts a server that answers everybody, or only those with `key`. Returns when it listens.
    ///
    /// The first start on a machine installs the Python packages and makes the model.
    pub fn start(key: Option<&str>) -> Self {
        let folder = crate::target_folder().join("llama");
        fs::create_dir_all(&folder).expect("a folder for the model can be made");
        let (python, model) = prepare(&folder);
        let leash = Leash::new();
        let log = File::create(folder.join(format!("server-{}.log", std::process::id())));
        let mut server = leash.spawn(
            Command::new(python)
                .arg(scripts().join("serve.py"))
                .arg(model)
                .stdin(Stdio::piped())
                .stdout(Stdio::piped())
                .stderr(log.expect("a log can be made")),
        );
        let mut input = server.child().stdin.take().expect("the input is piped");
        writeln!(input, "{}", key.unwrap_or_default()).expect("the server takes its key");
        let output = server.child().stdout.take().expect("the output is piped");
        let mut origin = String::new();
        BufReader::new(output)
            .read_line(&mut origin)
            .expect("the server tells where it listens");
        let origin = origin.trim().to_owned();
        assert!(
            origin.starts_with("http://"),
            "the server ended instead of starting"
        );
        Self {
            origin,
            _input: input,
            _server: server,
            _leash: leash,
        }
    }

    /// The origin, such as `http://127.0.0.1:4711`.
    pub fn origin(&self) -> &str {
        &self.origin
    }

    /// The base URL of its OpenAI-compatible API.
    pub fn base_url(&self) -> String {
        format!("{}/v1", self.origin)
    }
}

fn scripts() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("llama")
}

/// The interpreter and the model, made if they are not there. Tests in other processes wait meanwhile.
fn prepare(folder: &Path) -> (PathBuf, PathBuf) {
    let lock = File::create(folder.join("lock")).expect("a lock can be made");
    lock.lock().expect("the lock can be had");
    let python = folder.join("venv/bin/python");
    // Asked for instead of remembered: an interpreter that was updated away leaves a folder that looks whole.
    let works = Command::new(&python)
        .args(["-c", "import xllamacpp, gguf, numpy"])
        .stderr(Stdio::null())
        .status();
    if !works.is_ok_and(|status| status.success()) {
        run(Command::new("python3")
            .args(["-m", "venv", "--clear"])
            .arg(folder.join("venv")));
        run(Command::new(&python)
            .args(["-m", "pip", "install", "--quiet"])
            .args(PACKAGES));
    }
    let model = folder.join("noise.gguf");
    let recipe = scripts().join("make_model.py");
    let age = |path: &Path| fs::metadata(path).and_then(|file| file.modified()).ok();
    if age(&model) < age(&recipe) {
        let unfinished = folder.join("unfinished.gguf");
        run(Command::new(&python).arg(recipe).arg(&unfinished));
        fs::rename(unfinished, &model).expect("the finished model can be named");
    }
    (python, model)
}

fn run(command: &mut Command) {
    let output = command
        .output()
        .unwrap_or_else(|error| panic!("{command:?} can't be run: {error}"));
    let complaint = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{command:?} failed: {complaint}");
}
