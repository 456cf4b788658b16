//! Tests that hold the workflows to what they promise: pinned actions, few rights, secrets in one file only.

use std::fs;
use std::path::PathBuf;

use crate::cargo::root;

/// Name and text of each workflow.
fn workflows() -> Vec<(String, String)> {
    let folder = root().join(".github/workflows");
    let paths: Vec<PathBuf> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    assert!(paths.len() >= 2, "{paths:?}");
    let name = |path: &PathBuf| path.file_name().unwrap().to_string_lossy().into_owned();
    paths
        .iter()
        .map(|path| (name(path), fs::read_to_string(path).unwrap()))
        .collect()
}

/// The lines without comments that stand alone.
fn lines(text: &str) -> impl Iterator<Item = &str> {
    text.lines()
        .filter(|line| !line.trim_start().starts_with('#'))
}

/// The jobs, each from its name to the next.
fn jobs(text: &str) -> Vec<String> {
    let mut jobs: Vec<String> = Vec::new();
    for line in lines(text).skip_while(|line| *line != "jobs:").skip(1) {
        let is_name = line.starts_with("  ") && !line.starts_with("   ");
        match jobs.last_mut() {
            Some(job) if !is_name => {
                job.push_str(line);
                job.push('\n');
            }
            _ => jobs.push(format!("{line}\n")),
        }
    }
    jobs
}

/// Whether an action is named by a whole hash, with the version behind it.
fn is_pinned(action: &str) -> bool {
    let Some((name, rest)) = action.split_once('@') else {
        return false;
    };
    let Some((hash, version)) = rest.split_once(" # v") else {
        return false;
    };
    name.contains('/')
        && hash.len() == 40
        && hash.bytes().all(|byte| byte.is_ascii_hexdigit())
        && version.starts_with(|first: char| first.is_ascii_digit())
}

#[test]
fn every_action_is_pinned_by_its_hash_with_the_version_behind_it() {
    for (name, text) in workflows() {
        for line in lines(&text) {
            let line = line.trim_start().trim_start_matches("- ");
            if let Some(action) = line.strip_prefix("uses:") {
                assert!(is_pinned(action.trim()), "{name}: {line}");
            }
        }
    }
    let hash = "08c6903cd8c0fde910a37f88322edcfb5dd907a8";
    assert!(is_pinned(&format!("actions/checkout@{hash} # v5.0.0")));
    for wrong in [
        "actions/checkout@v5",
        "actions/checkout@08c6903 # v5.0.0",
        "actions/checkout",
        &format!("actions/checkout@{hash}"),
    ] {
        assert!(!is_pinned(wrong), "{wrong}");
    }
}

#[test]
fn every_workflow_says_what_it_may_and_leaves_no_credentials_behind() {
    for (name, text) in workflows() {
        assert!(
            lines(&text).any(|line| line.starts_with("permissions:")),
            "{name} takes what rights the repository gives"
        );
        let count = |words: &str| lines(&text).filter(|line| line.contains(words)).count();
        assert_eq!(
            count("actions/checkout@"),
            count("persist-credentials: false"),
            "{name}"
        );
    }
}

#[test]
fn no_workflow_runs_what_a_stranger_sent_with_rights_of_the_repository() {
    for (name, text) in workflows() {
        for trigger in ["pull_request_target", "workflow_run"] {
            assert!(
                !lines(&text).any(|line| line.contains(trigger)),
                "{name}: {trigger}"
            );
        }
    }
}

#[test]
fn secrets_are_in_the_release_alone_and_there_behind_its_environment() {
    for (name, text) in workflows() {
        let with_secrets = |text: &str| text.contains("secrets.") || text.contains("secrets:");
        if name != "release.yml" {
            assert!(!lines(&text).any(with_secrets), "{name}");
            continue;
        }
        let with: Vec<String> = jobs(&text)
            .into_iter()
            .filter(|job| with_secrets(job))
            .collect();
        assert!(!with.is_empty(), "the jobs were not found");
        for job in with {
            assert!(job.contains("\n    environment: release\n"), "{job}");
            // Both in one job would let what it compiles change what it publishes.
            assert!(!job.contains("contents: write"), "{job}");
        }
    }
}
