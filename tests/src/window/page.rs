//! One page of the app: what it shows, and what a person can do to it.

use std::path::PathBuf;
use std::time::Duration;

use fantoccini::elements::Element;
use fantoccini::error::CmdError;
use fantoccini::wd::{TimeoutConfiguration, WindowHandle};
use fantoccini::{Client, Locator};
use serde_json::Value;

use crate::runtime::block_on;
use crate::wait::{SOON, wait_for, wait_until};

/// A window's page. Elements are named by their `data-testid`.
#[derive(Debug)]
pub struct Page<'app> {
    client: Client,
    handle: WindowHandle,
    name: String,
    app: std::marker::PhantomData<&'app ()>,
}

/// An element that was found.
#[derive(Debug, Clone)]
pub struct Found {
    element: Element,
    name: String,
}

impl Page<'_> {
    pub(super) fn new(client: Client, handle: WindowHandle, name: String) -> Self {
        Self {
            client,
            handle,
            name,
            app: std::marker::PhantomData,
        }
    }

    /// The client, with this window chosen.
    fn here(&self) -> &Client {
        block_on(self.client.switch_to_window(self.handle.clone()))
            .unwrap_or_else(|error| panic!("the window with {} is gone: {error}", self.name));
        &self.client
    }

    /// Waits for the first element of that name.
    #[track_caller]
    pub fn find(&self, testid: &str) -> Found {
        wait_for(&format!("{testid} in {}", self.name), SOON, || {
            self.all(testid).into_iter().next()
        })
    }

    /// All elements of that name that are there now.
    pub fn all(&self, testid: &str) -> Vec<Found> {
        self.all_css(&format!("[data-testid=\"{testid}\"]"))
    }

    /// Waits for the first element that a CSS selector matches.
    #[track_caller]
    pub fn find_css(&self, selector: &str) -> Found {
        wait_for(&format!("{selector} in {}", self.name), SOON, || {
            self.all_css(selector).into_iter().next()
        })
    }

    /// All elements that a CSS selector matches now.
    pub fn all_css(&self, selector: &str) -> Vec<Found> {
        let found = block_on(self.here().find_all(Locator::Css(selector))).unwrap_or_default();
        let name = |element| Found {
            element,
            name: selector.to_owned(),
        };
        found.into_iter().map(name).collect()
    }

    /// Whether an element of that name is there now.
    pub fn has(&self, testid: &str) -> bool {
        !self.all(testid).is_empty()
    }

    /// Waits for an element of that name and clicks it.
    #[track_caller]
    pub fn click(&self, testid: &str) {
        self.find(testid).click();
    }

    /// Waits for an element of that name and types into it, as a keyboard would.
    #[track_caller]
    pub fn type_into(&self, testid: &str, text: &str) {
        self.find(testid).type_text(text);
    }

    /// The text of the first element of that name, as it is read on screen.
    #[track_caller]
    pub fn text(&self, testid: &str) -> String {
        self.find(testid).text()
    }

    /// The texts of all elements of that name that are there now.
    pub fn texts(&self, testid: &str) -> Vec<String> {
        // In one step of the page: one that re-renders meanwhile would make single elements stale.
        let script =
            "return [...document.querySelectorAll(arguments[0])].map(element => element.innerText)";
        let texts = self.run(script, vec![format!("[data-testid=\"{testid}\"]").into()]);
        serde_json::from_value(texts).expect("texts are an array of strings")
    }

    /// Waits until an element of that name contains `part`, and returns its text.
    #[track_caller]
    pub fn wait_for_text(&self, testid: &str, part: &str) -> String {
        self.wait_for_text_at_most(testid, part, SOON)
    }

    /// The same with a limit of one's own.
    #[track_caller]
    pub fn wait_for_text_at_most(&self, testid: &str, part: &str, limit: Duration) -> String {
        wait_for(&format!("{part:?} in {testid}"), limit, || {
            self.texts(testid)
                .into_iter()
                .find(|text| text.contains(part))
        })
    }

    /// Waits until there is no element of that name.
    #[track_caller]
    pub fn wait_until_gone(&self, testid: &str) {
        wait_until(&format!("{testid} to go from {}", self.name), SOON, || {
            !self.has(testid)
        });
    }

    /// Runs the body of a function in the page and returns what it returns.
    #[track_caller]
    pub fn run(&self, script: &str, arguments: Vec<Value>) -> Value {
        match self.try_run(script, arguments) {
            Ok(value) => value,
            Err(error) => panic!("a script failed in {}: {error}\n{script}", self.name),
        }
    }

    /// The same, where the script may throw.
    ///
    /// # Errors
    /// What it threw.
    pub fn try_run(&self, script: &str, arguments: Vec<Value>) -> Result<Value, CmdError> {
        block_on(self.here().execute(script, arguments))
    }

    /// Runs the body of a function that may `await`, with its arguments in `given`, and waits for what it returns.
    ///
    /// # Errors
    /// What it threw.
    pub fn run_async(&self, script: &str, arguments: Vec<Value>) -> Result<Value, String> {
        settle(block_on(
            self.here().execute_async(&awaiting(script), arguments),
        ))
    }

    /// Runs the body of a function that may `await` in the frame of that number, as script of the frame's own would run.
    /// The driver needs no leave of the page's policy for it.
    ///
    /// # Errors
    /// What it threw, or why there is no such frame.
    pub fn run_in_frame(
        &self,
        frame: u16,
        script: &str,
        arguments: Vec<Value>,
    ) -> Result<Value, String> {
        let entered = block_on(self.here().enter_frame(frame));
        entered.map_err(|error| error.to_string())?;
        let answer = settle(block_on(
            self.client.execute_async(&awaiting(script), arguments),
        ));
        block_on(self.client.enter_parent_frame()).expect("a frame lies in a page");
        answer
    }

    /// Has the driver load that address into the window, as no page can.
    ///
    /// # Errors
    /// When it isn't loaded within `limit`.
    pub fn go(&self, address: &str, limit: Duration) -> Result<(), String> {
        let client = self.here();
        let loading = TimeoutConfiguration::new(None, Some(limit), None);
        let gone = block_on(async {
            client.update_timeouts(loading).await?;
            client.goto(address).await
        });
        gone.map_err(|error| error.to_string())
    }

    /// Loads the page again.
    #[track_caller]
    pub fn reload(&self) {
        block_on(self.here().refresh())
            .unwrap_or_else(|error| panic!("{} can't be reloaded: {error}", self.name));
    }

    /// The document's title.
    pub fn title(&self) -> String {
        block_on(self.here().title()).expect("a page has a title")
    }

    /// Makes the window this big, in CSS pixels.
    pub fn resize(&self, width: u32, height: u32) {
        block_on(self.here().set_window_size(width, height)).expect("a window can be resized");
    }

    /// Takes a picture of the page into the folder of screenshots.
    pub fn screenshot(&self, name: &str) -> PathBuf {
        let picture = block_on(self.here().screenshot()).expect("a page can be pictured");
        let file = crate::screenshot_folder().join(format!("{name}.png"));
        std::fs::write(&file, picture).expect("a picture can be written");
        file
    }
}

/// The script that runs the body of a function which may `await`, and tells what it came to.
fn awaiting(body: &str) -> String {
    format!(
        "const done = arguments[arguments.length - 1]; const given = [...arguments].slice(0, -1);\
         (async function () {{ {body} }}).apply(null, given)\
         .then(value => done({{ value }}), error => done({{ error: String(error) }}));"
    )
}

/// What such a script came to.
fn settle(answer: Result<Value, CmdError>) -> Result<Value, String> {
    let mut answer = answer.map_err(|error| error.to_string())?;
    match answer.get("error") {
        Some(error) => Err(error.as_str().unwrap_or_default().to_owned()),
        None => Ok(answer["value"].take()),
    }
}

impl Found {
    /// Its text as it is read on screen.
    #[track_caller]
    pub fn text(&self) -> String {
        self.must(block_on(self.element.text()))
    }

    /// The value of an attribute, if it has it.
    #[track_caller]
    pub fn attribute(&self, name: &str) -> Option<String> {
        self.must(block_on(self.element.attr(name)))
    }

    /// The value of a property, such as `value`, if it has it.
    #[track_caller]
    pub fn property(&self, name: &str) -> Option<String> {
        self.must(block_on(self.element.prop(name)))
    }

    /// Whether it can be used.
    #[track_caller]
    pub fn is_enabled(&self) -> bool {
        self.must(block_on(self.element.is_enabled()))
    }

    /// Whether it can be seen.
    #[track_caller]
    pub fn is_displayed(&self) -> bool {
        self.must(block_on(self.element.is_displayed()))
    }

    /// Clicks it in its middle, once it can be used: the driver clicks what is disabled too, and nothing comes of it.
    #[track_caller]
    pub fn click(&self) {
        wait_until(&format!("{} to be usable", self.name), SOON, || {
            self.is_enabled()
        });
        self.must(block_on(self.element.click()));
    }

    /// Types `text` into it; keys without a letter are those of `fantoccini::key`.
    #[track_caller]
    pub fn type_text(&self, text: &str) {
        self.must(block_on(self.element.send_keys(text)));
    }

    /// Empties it, if it is a field.
    #[track_caller]
    pub fn clear(&self) {
        self.must(block_on(self.element.clear()));
    }

    #[track_caller]
    fn must<T>(&self, result: Result<T, CmdError>) -> T {
        match result {
            Ok(value) => value,
            Err(error) => panic!("{}: {error}", self.name),
        }
    }
}
