use std::fs;

use serde_json::{Value, json};

use super::file::{SaveError, SettingsFile};
use super::origin::{SetAsideReason, SettingsOrigin};
use super::problem::SettingsProblemKind as Kind;
use super::*;
use crate::testing::Folder;

fn write(folder: &Folder, content: impl AsRef<[u8]>) {
    fs::write(folder.root().join("settings.json"), content).unwrap();
}

fn load(folder: &Folder) -> (SettingsFile, SettingsOrigin) {
    SettingsFile::load(folder.root())
}

fn on_disk(folder: &Folder) -> Value {
    serde_json::from_slice(&fs::read(folder.root().join("settings.json")).unwrap()).unwrap()
}

fn entry(id: &str) -> ProviderEntry {
    ProviderEntry {
        id: id.into(),
        name: "Mine".into(),
        protocol: Protocol::OpenAiChat,
        base_url: "http://127.0.0.1:8080/v1".into(),
        default_model: Some("qwen3".into()),
    }
}

#[test]
fn reading_makes_no_file_and_the_first_change_ends_the_first_run() {
    let folder = Folder::new();
    let (file, origin) = load(&folder);
    assert_eq!(origin, SettingsOrigin::FirstRun);
    assert_eq!(file.current(), Settings::default());
    assert!(folder.names().is_empty());
    let wanted = Settings {
        theme: Theme::Dark,
        text_size: TextSize::Large,
        providers: vec![entry("a"), entry("b")],
        model: Some(ModelRef {
            provider: "a".into(),
            model: "qwen3".into(),
        }),
        ..Settings::default()
    };
    let saved = file.update(|settings| *settings = wanted.clone()).unwrap();
    assert_eq!(saved, wanted);
    assert_eq!(file.current(), wanted);
    assert_eq!(folder.names(), ["settings.json"]);
    let (again, origin) = load(&folder);
    assert_eq!((again.current(), origin), (wanted, SettingsOrigin::Loaded));
    let first = json!({
        "id": "a", "name": "Mine", "protocol": "openai-chat",
        "baseUrl": "http://127.0.0.1:8080/v1", "defaultModel": "qwen3",
    });
    let disk = on_disk(&folder);
    assert_eq!(disk["providers"][0], first);
    assert_eq!(
        (&disk["version"], &disk["textSize"]),
        (&json!(1), &json!(17))
    );
}

#[test]
fn every_protocol_has_the_name_that_is_documented() {
    for (protocol, name) in [
        (Protocol::OpenAiChat, "openai-chat"),
        (Protocol::OpenAiResponses, "openai-responses"),
        (Protocol::AnthropicMessages, "anthropic-messages"),
        (Protocol::Gemini, "gemini"),
        (Protocol::Ollama, "ollama"),
    ] {
        assert_eq!(protocol.name(), name);
        assert_eq!(serde_json::to_value(protocol).unwrap(), name);
    }
}

#[test]
fn what_is_not_known_or_can_not_be_used_stays_in_the_file() {
    let folder = Folder::new();
    let original = json!({
        "version": 1,
        "theme": "purple",
        "textSize": 15,
        "future": { "a": [1, null] },
        "providers": [
            { "id": "a", "name": "A", "protocol": "ollama", "baseUrl": "http://a", "defaultModel": "m", "note": "mine" },
            { "id": "bad", "name": "B", "protocol": "smoke", "baseUrl": "http://b" },
            { "id": "c", "protocol": "gemini", "baseUrl": "https://c/", "extra": true },
            { "id": "d", "protocol": "gemini", "baseUrl": "https://d/", "extra": 4 },
        ],
    });
    write(&folder, original.to_string());
    let (file, origin) = load(&folder);
    assert_eq!(origin, SettingsOrigin::Loaded);
    file.update(|settings| settings.text_size = TextSize::Largest)
        .unwrap();
    let mut expected = original;
    expected["textSize"] = json!(19);
    expected["model"] = Value::Null;
    assert_eq!(on_disk(&folder), expected);

    file.update(|settings| {
        settings.theme = Theme::Light;
        settings.providers.retain(|entry| entry.id != "c");
        settings.providers[0].base_url = "http://elsewhere".into();
        settings.providers[0].default_model = None;
        settings.providers.push(entry("new"));
    })
    .unwrap();
    let disk = on_disk(&folder);
    assert_eq!(disk["theme"], "light");
    assert_eq!(disk["future"], expected["future"]);
    assert_eq!(
        disk["providers"],
        json!([
            { "id": "a", "name": "A", "protocol": "ollama", "baseUrl": "http://elsewhere", "note": "mine" },
            expected["providers"][3],
            { "id": "new", "name": "Mine", "protocol": "openai-chat",
              "baseUrl": "http://127.0.0.1:8080/v1", "defaultModel": "qwen3" },
            expected["providers"][1],
        ])
    );
}

#[test]
fn a_bad_value_costs_nothing_but_itself() {
    let folder = Folder::new();
    let good = json!({ "id": "good", "protocol": "ollama", "baseUrl": "HTTP://user@[::1]:1/x" });
    write(
        &folder,
        json!({
            "version": "one",
            "theme": 7,
            "textSize": 16,
            "model": { "provider": "good" },
            "providers": [
                "text",
                { "protocol": "ollama", "baseUrl": "http://a" },
                { "id": " ", "protocol": "ollama", "baseUrl": "http://a" },
                { "id": "x", "protocol": "telepathy", "baseUrl": "http://a" },
                { "id": "x", "baseUrl": "http://a" },
                { "id": "x", "protocol": "ollama" },
                { "id": "x", "protocol": "ollama", "baseUrl": "file:///etc/passwd" },
                { "id": "x", "protocol": "ollama", "baseUrl": "https://" },
                { "id": "x", "protocol": "ollama", "baseUrl": "https://:80/" },
                { "id": "x", "protocol": "ollama", "baseUrl": "https://a b" },
                { "id": "x", "protocol": "ollama", "baseUrl": 5 },
                good,
                good,
                { "id": "y", "name": [], "protocol": "ollama", "baseUrl": "http://a" },
                { "id": "z", "defaultModel": 1, "protocol": "ollama", "baseUrl": "http://a" },
            ],
        })
        .to_string(),
    );
    let (file, origin) = load(&folder);
    assert_eq!(origin, SettingsOrigin::Loaded);
    let settings = file.current();
    assert_eq!(settings.providers.len(), 1);
    assert_eq!(settings.providers[0].name, "good");
    assert_eq!(settings.providers[0].base_url, "HTTP://user@[::1]:1/x");
    assert_eq!(
        Settings {
            providers: Vec::new(),
            ..settings
        },
        Settings::default()
    );
    let problems: Vec<(String, Kind)> = file
        .problems()
        .into_iter()
        .map(|problem| (problem.place, problem.kind))
        .collect();
    let expected = [
        ("version", Kind::BadValue),
        ("theme", Kind::BadValue),
        ("textSize", Kind::BadValue),
        ("providers[0]", Kind::BadValue),
        ("providers[1].id", Kind::Missing),
        ("providers[2].id", Kind::Missing),
        ("providers[3].protocol", Kind::UnknownProtocol),
        ("providers[4].protocol", Kind::Missing),
        ("providers[5].baseUrl", Kind::Missing),
        ("providers[6].baseUrl", Kind::BadUrl),
        ("providers[7].baseUrl", Kind::BadUrl),
        ("providers[8].baseUrl", Kind::BadUrl),
        ("providers[9].baseUrl", Kind::BadUrl),
        ("providers[10].baseUrl", Kind::BadValue),
        ("providers[12].id", Kind::DuplicateId),
        ("providers[13].name", Kind::BadValue),
        ("providers[14].defaultModel", Kind::BadValue),
        ("model", Kind::BadValue),
    ]
    .map(|(place, kind)| (place.to_owned(), kind));
    assert_eq!(problems, expected);
}

#[test]
fn a_file_that_can_not_be_used_is_kept_beside_once_and_outlives_the_next_save() {
    let broken = |line, column| SetAsideReason::Broken { line, column };
    let cases: [(&[u8], SetAsideReason, &str); 6] = [
        (b"{\n  \"theme\": \"dark\",\n}", broken(3, 1), "broken"),
        (b"", broken(1, 0), "broken"),
        (b"[1]", broken(1, 1), "broken"),
        (b"{\"theme\": \"\xFF\"}", broken(1, 12), "broken"),
        (b"\xFF\xFE{\0}\0", broken(1, 1), "broken"),
        (
            b"{\"version\": 2, \"theme\": [\"dark\"]}",
            SetAsideReason::Newer { version: 2 },
            "newer",
        ),
    ];
    for (content, reason, label) in cases {
        let folder = Folder::new();
        write(&folder, content);
        let (file, origin) = load(&folder);
        let SettingsOrigin::SetAside {
            reason: told,
            kept_as,
        } = origin.clone()
        else {
            panic!("{origin:?}");
        };
        assert_eq!(told, reason);
        let name = kept_as.file_name().unwrap().to_str().unwrap().to_owned();
        assert!(
            name.starts_with(&format!("settings.{label}-20")) && name.ends_with("Z.json"),
            "{name}"
        );
        assert_eq!(fs::read(&kept_as).unwrap(), content);
        assert_eq!(file.current(), Settings::default());
        // Still there to be mended; and a second start keeps no second copy.
        assert_eq!(load(&folder).1, origin);
        assert_eq!(folder.names().len(), 2);

        file.update(|settings| settings.theme = Theme::Light)
            .unwrap();
        assert_eq!(on_disk(&folder)["theme"], "light");
        assert_eq!(fs::read(&kept_as).unwrap(), content);
        assert_eq!(load(&folder).1, SettingsOrigin::Loaded);
    }
}

#[test]
fn what_can_not_be_read_is_not_touched_and_is_moved_before_it_is_replaced() {
    let folder = Folder::new();
    let path = folder.root().join("settings.json");
    fs::create_dir(&path).unwrap();
    fs::write(path.join("inside"), "x").unwrap();
    let (file, origin) = load(&folder);
    assert_eq!(
        origin,
        SettingsOrigin::SetAside {
            reason: SetAsideReason::Unreadable,
            kept_as: path.clone(),
        }
    );
    assert_eq!(folder.names(), ["settings.json"]);
    file.update(|settings| settings.theme = Theme::Dark)
        .unwrap();
    assert_eq!(on_disk(&folder)["theme"], "dark");
    let kept = folder
        .names()
        .into_iter()
        .find(|name| name.starts_with("settings.unreadable-"))
        .unwrap();
    assert_eq!(
        fs::read(folder.root().join(kept).join("inside")).unwrap(),
        b"x"
    );
}

#[test]
fn a_change_by_hand_while_the_app_runs_stays_and_a_break_by_hand_is_kept() {
    let folder = Folder::new();
    let (file, _) = load(&folder);
    file.update(|settings| settings.theme = Theme::Dark)
        .unwrap();
    let by_hand = json!({ "theme": "light", "providers": [
        { "id": "a", "protocol": "ollama", "baseUrl": "http://a" } ] });
    write(&folder, by_hand.to_string());
    let saved = file
        .update(|settings| settings.text_size = TextSize::Small)
        .unwrap();
    assert_eq!((saved.theme, saved.providers.len()), (Theme::Light, 1));

    write(&folder, "{ oops");
    let saved = file
        .update(|settings| settings.text_size = TextSize::Large)
        .unwrap();
    assert_eq!((saved.theme, saved.providers.len()), (Theme::Light, 1));
    let kept = folder
        .names()
        .into_iter()
        .find(|name| name.starts_with("settings.broken-"))
        .unwrap();
    assert_eq!(fs::read(folder.root().join(kept)).unwrap(), b"{ oops");

    fs::remove_file(folder.root().join("settings.json")).unwrap();
    file.update(|settings| settings.text_size = TextSize::Small)
        .unwrap();
    assert_eq!(on_disk(&folder)["theme"], "light");
}

#[test]
fn a_byte_order_mark_is_no_break() {
    let folder = Folder::new();
    write(&folder, "\u{feff}{\"theme\": \"dark\"}");
    let (file, origin) = load(&folder);
    assert_eq!(
        (origin, file.current().theme),
        (SettingsOrigin::Loaded, Theme::Dark)
    );
}

#[test]
fn a_change_that_would_not_be_read_back_is_refused() {
    let folder = Folder::new();
    let (file, _) = load(&folder);
    file.update(|settings| settings.providers.push(entry("a")))
        .unwrap();
    let before = on_disk(&folder);
    let mut twice = entry("a");
    twice.name = "Other".into();
    let mut nowhere = entry("b");
    nowhere.base_url = "javascript:alert(1)".into();
    for wrong in [twice, nowhere, entry("")] {
        let refused = file.update(|settings| settings.providers.push(wrong));
        assert_eq!(refused.unwrap_err(), SaveError::Invalid);
    }
    assert_eq!(on_disk(&folder), before);
    assert_eq!(file.current().providers, [entry("a")]);
}

#[test]
fn where_the_new_file_can_not_take_its_place_the_old_stays_and_no_leftover_does() {
    let folder = Folder::new();
    let path = folder.root().join("settings.json");
    // No file takes the place of a folder.
    fs::create_dir(&path).unwrap();
    fs::write(path.join("inside"), "x").unwrap();
    replace::replace(&path, b"{}").unwrap_err();
    assert_eq!(fs::read(path.join("inside")).unwrap(), b"x");
    assert_eq!(folder.names(), ["settings.json"]);
}

#[cfg(unix)]
#[test]
fn a_link_stays_a_link_and_the_file_is_private() {
    use std::os::unix::fs::PermissionsExt;
    let (folder, elsewhere) = (Folder::new(), Folder::new());
    let real = elsewhere.root().join("dotfile.json");
    fs::write(&real, "{\"theme\": \"dark\"}").unwrap();
    let link = folder.root().join("settings.json");
    std::os::unix::fs::symlink(&real, &link).unwrap();
    let (file, _) = load(&folder);
    file.update(|settings| settings.text_size = TextSize::Small)
        .unwrap();
    assert!(link.symlink_metadata().unwrap().is_symlink());
    let text = fs::read_to_string(&real).unwrap();
    assert!(text.contains("dark") && text.contains("14"), "{text}");
    assert_eq!(real.metadata().unwrap().permissions().mode() & 0o777, 0o600);
    assert_eq!(elsewhere.names(), ["dotfile.json"]);
}

#[cfg(unix)]
#[test]
fn permissions_are_respected_and_told() {
    use crate::testing::as_a_common_user;
    use std::os::unix::fs::PermissionsExt;

    let allow = |path: &std::path::Path, mode| {
        fs::set_permissions(path, PermissionsExt::from_mode(mode)).unwrap();
    };
    as_a_common_user(
        "settings::tests::permissions_are_respected_and_told",
        || {
            let folder = Folder::new();
            let path = folder.root().join("settings.json");
            write(&folder, "{\"theme\": \"dark\"}");
            let (file, _) = load(&folder);
            allow(folder.root(), 0o500);
            let refused = file.update(|settings| settings.theme = Theme::Light);
            assert_eq!(refused.unwrap_err(), SaveError::ReadOnly);
            assert_eq!(file.current().theme, Theme::Dark);
            assert_eq!(on_disk(&folder)["theme"], "dark");
            assert_eq!(folder.names(), ["settings.json"]);

            // Broken, and no copy can be made: then it is not replaced either.
            fs::write(&path, "{ oops").unwrap();
            let (file, origin) = load(&folder);
            let SettingsOrigin::SetAside { kept_as, .. } = origin else {
                panic!("{origin:?}");
            };
            assert_eq!(kept_as, path);
            let refused = file.update(|settings| settings.theme = Theme::Light);
            assert_eq!(refused.unwrap_err(), SaveError::ReadOnly);
            assert_eq!(fs::read(&path).unwrap(), b"{ oops");

            allow(folder.root(), 0o700);
            allow(&path, 0o000);
            let (_, origin) = load(&folder);
            assert_eq!(
                origin,
                SettingsOrigin::SetAside {
                    reason: SetAsideReason::Unreadable,
                    kept_as: path.clone(),
                }
            );
            assert_eq!(folder.names(), ["settings.json"]);
        },
    );
}

#[test]
fn the_reminder_is_kept_and_a_number_that_is_none_is_told() {
    let folder = Folder::new();
    write(&folder, "{\"rotateAfterDays\": 0}");
    let (file, _) = load(&folder);
    assert_eq!(file.current().rotate_after_days, None);
    assert_eq!(file.problems()[0].place, "rotateAfterDays");
    let quarter = std::num::NonZeroU16::new(90);
    file.update(|settings| settings.rotate_after_days = quarter)
        .unwrap();
    assert_eq!(on_disk(&folder)["rotateAfterDays"], 90);
    assert_eq!(load(&folder).0.current().rotate_after_days, quarter);
    file.update(|settings| settings.rotate_after_days = None)
        .unwrap();
    assert_eq!(on_disk(&folder)["rotateAfterDays"], Value::Null);
}

#[test]
fn erased_settings_are_those_of_a_first_run() {
    let folder = Folder::new();
    let (file, _) = load(&folder);
    assert!(!file.erase().unwrap());
    file.update(|settings| settings.providers.push(entry("a")))
        .unwrap();
    assert!(file.erase().unwrap());
    assert_eq!(file.current(), Settings::default());
    assert_eq!(folder.names(), [""; 0]);
    assert_eq!(load(&folder).1, SettingsOrigin::FirstRun);
}
