// Generated from src-tauri/src/ipc by `cargo xtask bindings`. Do not edit.

export type Abilities = { 
/**
 * Whether a system prompt, and a limit of the answer's length, are sent.
 */
prompt: boolean, 
/**
 * The highest temperature, in hundredths; 0 if it can't be chosen.
 */
highestTemperature: number, 
/**
 * Whether it can be chosen how long a model thinks.
 */
effort: boolean, 
/**
 * How many texts may end an answer.
 */
mostStops: number, 
/**
 * The kinds of pictures that can come with a message.
 */
imageTypes: Array<FileKind>, 
/**
 * The largest picture, in bytes.
 */
largestImage: number, 
/**
 * The largest PDF, in bytes; 0 if none can come with a message.
 */
largestPdf: number, };

export type AbsentReason = "noBus" | "noService" | "noStore";

export type Alignment = "none" | "left" | "center" | "right";

export type AppEvent = { "type": "appearanceChanged", 
/**
 * How the windows look now.
 */
appearance: Appearance, } | { "type": "modelsChanged" } | { "type": "restartWanted" };

export type AppInfo = { 
/**
 * The app's version.
 */
version: string, 
/**
 * The platform.
 */
platform: Platform, 
/**
 * A BCP 47 language tag that `Intl` takes.
 */
locale: string, 
/**
 * What the credential store is called here: "Secret Service", "Keychain", "Credential Manager".
 */
storeName: string, 
/**
 * How the windows look.
 */
appearance: Appearance, 
/**
 * What the person must be told.
 */
notices: Array<Notice>, };

export type Appearance = { 
/**
 * Light or dark.
 */
theme: Theme, 
/**
 * The size of the transcript's text, in CSS pixels: 14, 15, 17 or 19.
 */
textSize: number, };

export type AttachFile = { 
/**
 * Its name.
 */
name: string, 
/**
 * Its bytes in base64.
 */
data: string, };

export type Attached = { 
/**
 * Those that were taken.
 */
files: Array<DraftFile>, 
/**
 * Those that were not.
 */
refused: Array<RefusedFile>, };

export type AttachedFile = { 
/**
 * Its name.
 */
name: string, 
/**
 * What it is.
 */
kind: FileKind, 
/**
 * How large it is, in bytes.
 */
bytes: number, };

export type Block = { "type": "paragraph", 
/**
 * The text, in order.
 */
inlines: Array<Inline>, } | { "type": "heading", 
/**
 * 1 to 6.
 */
level: number, 
/**
 * The text, in order.
 */
inlines: Array<Inline>, } | { "type": "code", 
/**
 * What the opening fence says of the language, if it says anything.
 */
language: Language | null, 
/**
 * The lines as written, without their line ends.
 */
lines: Array<string>, 
/**
 * Whether the block has ended: false only while a fence waits for its counterpart.
 */
closed: boolean, } | { "type": "list", 
/**
 * Numbered rather than bulleted.
 */
ordered: boolean, 
/**
 * The first number of a numbered list, at most nine digits long.
 */
start: number | null, 
/**
 * Items without blank lines between them.
 */
tight: boolean, 
/**
 * The items, in order.
 */
items: Array<ListItem>, } | { "type": "quote", 
/**
 * What is quoted.
 */
blocks: Array<Block>, } | { "type": "table", 
/**
 * One per column.
 */
alignments: Array<Alignment>, 
/**
 * The cells of the head row.
 */
head: Array<Cell>, 
/**
 * The rows below the head. A row may be shorter than the head: what it lacks is empty.
 */
rows: Array<Array<Cell>>, } | { "type": "rule" };

export type BudgetUse = { 
/**
 * The provider that it is for; `null` for all together.
 */
provider: string | null, 
/**
 * How long it lasts.
 */
period: Period, 
/**
 * What it counts.
 */
measure: Measure, 
/**
 * How much there may be; `null` if nobody has set a limit. Of cost, dollars.
 */
limit: number | null, 
/**
 * What stands in settings.json can't be read: until it is set anew, nothing is sent. `limit` is 0 then.
 */
unreadable: boolean, 
/**
 * How much there was in this period, what is on its way included.
 */
used: number, 
/**
 * When the next period begins, in milliseconds since 1970 (UTC).
 */
renewsAt: number, 
/**
 * How many turns of this period are not in the cost, since nobody knows their price. 0 for the other measures.
 */
unpricedTurns: number, };

export type CapKind = "turnsPerHour" | "outputTokensPerDay";

export type CapUse = { 
/**
 * Which.
 */
kind: CapKind, 
/**
 * How much there may be.
 */
limit: number, 
/**
 * The most that it can be raised to.
 */
most: number, 
/**
 * How much there was.
 */
used: number, 
/**
 * When the first of it stops counting, in milliseconds since 1970 (UTC); `null` if nothing counts.
 */
renewsAt: number | null, };

export type Cell = { 
/**
 * The text, in order.
 */
inlines: Array<Inline>, };

export type CertificateFile = { 
/**
 * Where it is.
 */
shown: string, 
/**
 * How many are in it; `null` if it can't be used.
 */
count: number | null, };

export type ChooseModel = { 
/**
 * The model.
 */
model: ModelRef, };

export type ChooseOptions = { 
/**
 * Its id.
 */
conversation: string, 
/**
 * All of them.
 */
options: Options, };

export type Citation = { 
/**
 * Where it lies, if that is an address that may be offered.
 */
url: string | null, 
/**
 * The host of that address, for a person to read.
 */
host: string | null, 
/**
 * What it is called.
 */
title: string | null, 
/**
 * The words that it is cited for.
 */
quote: string | null, };

export type CommandError = { 
/**
 * What went wrong.
 */
code: ErrorCode, 
/**
 * The host it happened with.
 */
host: string | null, 
/**
 * The provider, vendor or store that it is about, by the name people know.
 */
subject: string | null, 
/**
 * The HTTP status, where there was one.
 */
status: number | null, 
/**
 * How long to wait before another try, in seconds.
 */
retryAfterSeconds: number | null, 
/**
 * The other side's own words, redacted and shortened; plain text.
 */
detail: string | null, 
/**
 * The limit that was reached, where that was the reason.
 */
limit: LimitHit | null, };

export type ContactPurpose = "turn" | "inquiry" | "connection" | "update";

export type ContactRow = { 
/**
 * The host, with its port if that is not the scheme's own.
 */
host: string, 
/**
 * What it was asked.
 */
purpose: ContactPurpose, 
/**
 * How many requests, those among them that failed too.
 */
requests: number, 
/**
 * Whether a key went along with any of them.
 */
withKey: boolean, 
/**
 * Bytes of the requests' bodies.
 */
sentBytes: number, 
/**
 * When the last one was sent, in milliseconds since 1970 (UTC).
 */
lastAt: number, };

export type ConversationItem = { 
/**
 * Its id.
 */
id: string, 
/**
 * Its title; may be empty.
 */
title: string, 
/**
 * When something was last said in it, in milliseconds since 1970 (UTC).
 */
updatedAt: number, 
/**
 * Whether an answer is being made in it.
 */
running: boolean, };

export type ConversationPage = { 
/**
 * The conversation.
 */
conversation: ConversationItem, 
/**
 * Oldest first.
 */
messages: Array<MessageView>, 
/**
 * Whether there are earlier ones.
 */
hasEarlier: boolean, 
/**
 * What the conversation's answers took.
 */
totals: Totals, 
/**
 * What is chosen for its answers.
 */
options: Options, };

export type ConversationRef = { 
/**
 * Its id.
 */
conversation: string, };

export type DraftFile = { 
/**
 * Names it until it is sent, or the app ends.
 */
id: string, 
/**
 * What is shown of it.
 */
file: AttachedFile, 
/**
 * Something of a key's shape was found in it.
 */
key: FoundKey | null, };

export type DraftFileRef = { 
/**
 * Its id.
 */
id: string, };

export type DraftText = { 
/**
 * The conversation it is for; `null` for the new chat.
 */
conversation: string | null, 
/**
 * The text.
 */
text: string, };

export type Effort = "low" | "medium" | "high";

export type EntryFault = "badValue" | "missing" | "duplicateId" | "unknownProtocol" | "badUrl" | "badProxy" | "badCertificates";

export type ErrorCode = "no_key" | "key_rejected" | "not_permitted" | "model_unknown" | "rate_limited" | "out_of_credit" | "provider_unavailable" | "provider_overloaded" | "request_refused" | "prompt_too_long" | "host_unknown" | "connection_refused" | "host_unreachable" | "proxy_unreachable" | "proxy_refused" | "proxy_unusable" | "connect_timeout" | "first_byte_timeout" | "silence" | "certificate_expired" | "certificate_untrusted" | "certificate_wrong_host" | "tls_failed" | "redirected" | "not_an_api" | "provider_error" | "malformed_stream" | "connection_lost" | "ended_early" | "event_too_large" | "empty_answer" | "store_locked" | "sealed_locked" | "store_dismissed" | "store_absent" | "store_timed_out" | "store_failed" | "key_gone" | "key_unreadable" | "origin_changed" | "cap_turns" | "cap_tokens" | "cap_inquiries" | "budget_requests" | "budget_tokens" | "budget_cost" | "provider_unknown" | "storage_failed" | "interrupted" | "message_empty" | "message_too_long" | "attachment_gone" | "attachment_not_taken" | "attachment_too_large" | "too_many_attachments" | "key_in_message" | "turn_in_progress" | "not_found" | "database_read_only" | "disk_full" | "database_damaged" | "database_failed" | "clipboard_empty" | "clipboard_not_text" | "clipboard_too_large" | "clipboard_timed_out" | "not_a_key" | "name_too_long" | "address_invalid" | "proxy_address_invalid" | "certificates_invalid" | "wait_limit_invalid" | "too_many_headers" | "limit_invalid" | "limit_too_large" | "settings_not_saved" | "sealed_damaged" | "sealed_failed" | "dialog_open" | "link_refused" | "window_not_opened" | "update_not_there" | "turn_runs" | "update_installs" | "login_item_failed" | "bad_request";

export type FileKind = "text" | "png" | "jpeg" | "gif" | "webp" | "pdf";

export type FileRefusal = "empty" | "unknownKind" | "tooLarge" | "unreadable" | "tooMany";

export type FoundKey = { 
/**
 * The name of the provider whose keys look like this, if only one provider's do.
 */
provider: string | null, };

export type Growth = { "type": "code", 
/**
 * What the last line goes on with.
 */
append: string, 
/**
 * The lines after it.
 */
lines: Array<string>, 
/**
 * Whether the block has ended now.
 */
closed: boolean, } | { "type": "text", 
/**
 * What the text goes on with.
 */
append: string, } | { "type": "inlines", 
/**
 * How many inlines at the start are as they were.
 */
keep: number, 
/**
 * The inlines that follow.
 */
changed: Array<Inline>, } | { "type": "quote", 
/**
 * The step within the quotation.
 */
patch: Patch, } | { "type": "list", 
/**
 * Whether the list is tight now.
 */
tight: boolean, 
/**
 * How many items at the start are as they were.
 */
keep: number, 
/**
 * The step within the item after those.
 */
grow: Patch | null, 
/**
 * The items that follow.
 */
changed: Array<ListItem>, } | { "type": "table", 
/**
 * How many rows below the head are as they were.
 */
keep: number, 
/**
 * The rows that follow.
 */
changed: Array<Array<Cell>>, };

export type HeaderItem = { 
/**
 * The provider's id.
 */
provider: string, 
/**
 * The provider's name.
 */
providerName: string, 
/**
 * Where it goes, and nowhere else.
 */
origin: string, 
/**
 * Its name, in small letters.
 */
name: string, 
/**
 * The word before its value, such as `Bearer`; empty for none.
 */
word: string, 
/**
 * Where its value is kept.
 */
keptIn: KeptIn, 
/**
 * Whether it can be read.
 */
state: KeyState, };

export type HeaderProvider = { 
/**
 * Its id.
 */
id: string, 
/**
 * Its name.
 */
name: string, };

export type HeaderRef = { 
/**
 * The provider's id.
 */
provider: string, 
/**
 * Its name, in small letters.
 */
name: string, };

export type HighlightCode = { 
/**
 * What the fence says of the language.
 */
info: string, 
/**
 * The lines, without line ends.
 */
lines: Array<string>, };

export type Inline = { "type": "text", 
/**
 * The characters to show.
 */
text: string, } | { "type": "strong", 
/**
 * The text, in order.
 */
inlines: Array<Inline>, } | { "type": "emphasis", 
/**
 * The text, in order.
 */
inlines: Array<Inline>, } | { "type": "strikethrough", 
/**
 * The text, in order.
 */
inlines: Array<Inline>, } | { "type": "code", 
/**
 * The characters to show.
 */
text: string, } | { "type": "link", 
/**
 * An absolute `http`, `https` or `mailto` URL, normalised as a browser would.
 */
url: string, 
/**
 * The title, if one was given.
 */
title: string | null, 
/**
 * The text, in order.
 */
inlines: Array<Inline>, } | { "type": "image", 
/**
 * The description.
 */
alt: string, 
/**
 * The host that would be asked; `None` if the URL names none.
 */
host: string | null, 
/**
 * The URL as written, to be shown as text.
 */
url: string, 
/**
 * The title, if one was given.
 */
title: string | null, } | { "type": "break" };

export type KeptIn = "system" | "session" | "sealed";

export type KeyCard = { 
/**
 * Its number among its provider's keys.
 */
slot: number, 
/**
 * Whether it is the one that is used.
 */
isDefault: boolean, 
/**
 * Whether it is older than the reminder allows.
 */
due: boolean, 
/**
 * The name that the person gave it.
 */
name: string, 
/**
 * The origin it is bound to, as ASCII: `https://api.openai.com`.
 */
origin: string, 
/**
 * Where it is kept.
 */
keptIn: KeptIn, 
/**
 * When it was pasted, in milliseconds since 1970 (UTC).
 */
setAt: number, 
/**
 * When it was last used, in milliseconds since 1970 (UTC).
 */
lastUsedAt: number | null, 
/**
 * Its state.
 */
state: KeyState, };

export type KeyRef = { 
/**
 * The provider's id.
 */
provider: string, 
/**
 * The key's number.
 */
slot: number, };

export type KeyState = "ready" | "locked" | "dismissed" | "storeAbsent" | "storeTimedOut" | "storeFailed" | "gone";

export type Language = { 
/**
 * A name to show, as [`display_name`](crate::display_name) gives it.
 */
name: string, 
/**
 * Everything after the fence, as written; [`Highlighter::new`](crate::Highlighter::new) takes it.
 */
info: string, };

export type LimitHit = { 
/**
 * The provider that it is for; `null` for all together.
 */
provider: string | null, 
/**
 * Over which time it counts.
 */
period: LimitPeriod, 
/**
 * What it counts.
 */
measure: Measure, 
/**
 * How much there may be; of cost, dollars.
 */
limit: number, 
/**
 * How much of it was left.
 */
left: number, 
/**
 * When there is more again, in milliseconds since 1970 (UTC).
 */
renewsAt: number, };

export type LimitPeriod = "hour" | "day" | "month";

export type LimitProvider = { 
/**
 * Its id.
 */
id: string, 
/**
 * Its name.
 */
name: string, };

export type LimitsState = { 
/**
 * The two caps that are always on.
 */
cap: Array<CapUse>, 
/**
 * The most tokens that one answer may have; `null` for the provider's own limit.
 */
answerTokens: number | null, 
/**
 * What stands in settings.json for it can't be read: until it is set anew, nothing is sent.
 */
answerUnreadable: boolean, 
/**
 * For all providers together every period and measure; for one provider those that have a limit.
 */
budgets: Array<BudgetUse>, 
/**
 * The providers that a budget can be set for.
 */
providers: Array<LimitProvider>, 
/**
 * Models that were used or chosen, or whose price the person has set.
 */
prices: Array<PriceRow>, };

export type ListItem = { 
/**
 * The state of a task's box; `None` for an item that is no task.
 */
checked: boolean | null, 
/**
 * What the item holds.
 */
blocks: Array<Block>, };

export type ListModels = { 
/**
 * Whether to ask the providers; else only what is known already is listed, at once.
 */
ask: boolean, };

export type LocalServer = { 
/**
 * What people call such a server.
 */
name: string, 
/**
 * Where it is, for a person to read.
 */
host: string, 
/**
 * The protocol it speaks.
 */
protocol: Protocol, 
/**
 * Its address.
 */
baseUrl: string, 
/**
 * How many models it has.
 */
models: number, 
/**
 * The first of them.
 */
firstModel: string, };

export type LookForKey = { 
/**
 * The text.
 */
text: string, };

export type Measure = "requests" | "tokens" | "cost";

export type MessageBody = { "role": "user", 
/**
 * As written.
 */
text: string, 
/**
 * The files that came with it.
 */
files: Array<AttachedFile>, } | { "role": "assistant", 
/**
 * The Markdown, parsed.
 */
blocks: Array<Block>, 
/**
 * What the model thought first; plain text, empty if it said nothing of it.
 */
reasoning: string, 
/**
 * What it asked to have done. Nothing of it was run.
 */
toolCalls: Array<ToolCall>, 
/**
 * The sources that it named.
 */
citations: Array<Citation>, 
/**
 * Which model.
 */
model: ModelLabel, 
/**
 * Tokens, as reported.
 */
usage: Usage, 
/**
 * How many of the oldest messages the model was not sent.
 */
leftOut: number, };

export type MessageRef = { 
/**
 * The conversation it is in.
 */
conversation: string, 
/**
 * Its id.
 */
message: string, };

export type MessageState = { "type": "complete", 
/**
 * Why the model stopped; `null` for the user's messages.
 */
stopReason: StopReason | null, } | { "type": "streaming" } | { "type": "cancelled" } | { "type": "failed", 
/**
 * Why.
 */
error: CommandError, };

export type MessageView = { 
/**
 * Its id.
 */
id: string, 
/**
 * What it holds.
 */
body: MessageBody, 
/**
 * How far it has come.
 */
state: MessageState, 
/**
 * When it was begun, in milliseconds since 1970 (UTC).
 */
createdAt: number, };

export type ModelGroup = { 
/**
 * The provider's id.
 */
provider: string, 
/**
 * The provider's name.
 */
name: string, 
/**
 * Where messages go; `null` for the demo, whose messages go nowhere.
 */
host: string | null, 
/**
 * Whether it is the built-in demo.
 */
demo: boolean, 
/**
 * The models that are known. Never empty: the default model is always there.
 */
models: Array<ModelItem>, 
/**
 * What its protocol has a place for.
 */
abilities: Abilities, 
/**
 * What the provider said a moment ago is left of its own limits.
 */
left: ProviderLimits | null, 
/**
 * Why the provider could not be asked for its models just now.
 */
error: CommandError | null, };

export type ModelItem = { 
/**
 * The id as the provider's API spells it.
 */
id: string, 
/**
 * The name to show.
 */
name: string, 
/**
 * The most tokens that it reads and writes in one turn, where that is known.
 */
context: number | null, 
/**
 * Whether it reads pictures, where that is known.
 */
images: boolean | null, 
/**
 * Whether it can think before it answers, where that is known.
 */
reasoning: boolean | null, 
/**
 * What it costs, where that is known.
 */
price: ModelPrice | null, };

export type ModelLabel = { 
/**
 * The model as it was chosen.
 */
model: ModelRef, 
/**
 * The model's name.
 */
name: string, 
/**
 * Whether it is the built-in demo.
 */
demo: boolean, };

export type ModelMenu = { 
/**
 * The model in use. The demo's, until another is chosen.
 */
selected: ModelRef, 
/**
 * Providers that can be asked, the demo last.
 */
groups: Array<ModelGroup>, 
/**
 * Servers on this computer that could be set up. Empty unless the providers were asked.
 */
local: Array<LocalServer>, };

export type ModelPrice = { 
/**
 * For what it reads.
 */
input: number, 
/**
 * For what it writes.
 */
output: number, 
/**
 * The day on which it was looked up: `2026-11-25`; `null` if the person has set it.
 */
date: string | null, };

export type ModelRef = { 
/**
 * The provider's id.
 */
provider: string, 
/**
 * The model's id as the provider's API spells it.
 */
model: string, };

export type NetworkState = { 
/**
 * The proxy; `null` for straight out.
 */
proxy: ProxyState | null, 
/**
 * Hosts that are asked straight.
 */
direct: Array<string>, 
/**
 * The file of certificates that are trusted beside the system's.
 */
certificates: CertificateFile | null, 
/**
 * How long a provider may take: each once.
 */
limits: Array<WaitLimit>, 
/**
 * The headers that go with requests beside the key, by provider.
 */
headers: Array<HeaderItem>, 
/**
 * The providers that a header can be added for.
 */
providers: Array<HeaderProvider>, 
/**
 * Whether this system has a dialog that a password or a header's value can be typed into.
 */
canAsk: boolean, };

export type Notice = { "type": "settingsSetAside", 
/**
 * Why.
 */
reason: SettingsFault, 
/**
 * Where the old file is kept; `None` if it stayed where it was.
 */
keptAs: string | null, } | { "type": "settingsEntryUnusable", 
/**
 * Where it stands: `theme`, `providers[2].baseUrl`.
 */
entry: string, 
/**
 * What is wrong with it.
 */
fault: EntryFault, } | { "type": "chatsSetAside", 
/**
 * Where the old file is kept.
 */
keptAs: string, } | { "type": "chatsReadOnly" } | { "type": "chatsNewer" } | { "type": "chatsUnavailable", 
/**
 * What the system says.
 */
detail: string, } | { "type": "startBrokeOff", 
/**
 * Where the chats are kept as they were before.
 */
keptAs: string, } | { "type": "chatsPutBack", 
/**
 * Where those are kept that were there instead.
 */
keptAs: string, } | { "type": "chatsNotPutBack", 
/**
 * Where the copy is.
 */
keptAs: string, } | { "type": "broke", 
/**
 * What was written down of it, safe to post anywhere.
 */
report: string, };

export type OpenChat = { 
/**
 * Whether to choose the demo model first.
 */
demo: boolean, };

export type OpenConversation = { 
/**
 * Its id.
 */
conversation: string, 
/**
 * The oldest message that the window has; `null` for the last page.
 */
before: string | null, };

export type OpenLink = { 
/**
 * An absolute http, https or mailto URL.
 */
url: string, };

export type OpenSettings = { 
/**
 * The page to show.
 */
page: SettingsPage, };

export type Options = { 
/**
 * The system prompt; empty for none.
 */
system: string, 
/**
 * How freely the model chooses its words, from 0 to 2.
 */
temperature: number | null, 
/**
 * How long the model may think.
 */
effort: Effort | null, 
/**
 * Texts at which an answer ends.
 */
stop: Array<string>, 
/**
 * The most tokens of an answer.
 */
mostOutput: number | null, };

export type OwnKindItem = { 
/**
 * Its id.
 */
id: string, 
/**
 * What people call it.
 */
name: string, 
/**
 * The protocol it speaks.
 */
protocol: Protocol, 
/**
 * The address that it has from the start, or one that shows the form.
 */
baseUrl: string, 
/**
 * Whether that is this computer, and so may be right as it is.
 */
local: boolean, };

export type PasteKey = { 
/**
 * A name for the key, at most 60 characters; empty for the provider's name.
 */
name: string, 
/**
 * Whose key it is; `null` to go by its shape.
 */
provider: string | null, 
/**
 * Where to keep it.
 */
keepIn: KeptIn, 
/**
 * The key that it takes the place of, if that is of the same provider; `null` for a further one.
 */
replace: KeyRef | null, };

export type PasteOutcome = { "type": "stored", 
/**
 * Its provider, with the key's state.
 */
provider: ProviderCard, 
/**
 * Whether the provider was recognised from the key's shape.
 */
recognised: boolean, 
/**
 * The collection it went into, where the store has such a thing.
 */
collection: string | null, 
/**
 * What the provider says of it.
 */
verification: Verification, } | { "type": "chooseProvider", 
/**
 * The ids of those whose keys look like this; empty if none does.
 */
candidates: Array<string>, } | { "type": "declined" };

export type Patch = { 
/**
 * How many blocks at the start are as they were.
 */
keep: number, 
/**
 * What the block after those grew by.
 */
grow: Growth | null, 
/**
 * The blocks that follow.
 */
changed: Array<Block>, };

export type Period = "day" | "month";

export type Platform = "linux" | "macos" | "windows";

export type Price = { 
/**
 * For what it reads.
 */
input: number, 
/**
 * For what it writes.
 */
output: number, };

export type PriceRow = { 
/**
 * The provider's id.
 */
provider: string, 
/**
 * The provider's name.
 */
providerName: string, 
/**
 * The model's id.
 */
model: string, 
/**
 * For what it reads.
 */
input: number | null, 
/**
 * For what it writes.
 */
output: number | null, 
/**
 * Where the price comes from.
 */
source: PriceSource, };

export type PriceSource = { "type": "catalogue", 
/**
 * The day on which it was looked up: `2026-11-25`.
 */
date: string, } | { "type": "own" } | { "type": "unknown" };

export type PrivacyReport = { 
/**
 * The store, looked at without a prompt.
 */
store: StoreState, 
/**
 * The folder with chats and settings.
 */
dataFolder: string, 
/**
 * The cap that is always on: turns per hour.
 */
turnsPerHour: number, 
/**
 * The cap that is always on: output tokens per day.
 */
outputTokensPerDay: number, 
/**
 * Hosts that are set up, in the roster's order, each once.
 */
hosts: Array<string>, 
/**
 * How many days `contacts` looks back.
 */
contactDays: number, 
/**
 * Hosts that were asked in these days, the last one first; `null` if the list can't be read.
 */
contacts: Array<ContactRow> | null, 
/**
 * The wall around the process that draws the pages.
 */
sandbox: SandboxState, };

export type Protocol = "openai-chat" | "openai-responses" | "anthropic-messages" | "gemini" | "ollama";

export type ProviderCard = { 
/**
 * Its id.
 */
id: string, 
/**
 * Its name.
 */
name: string, 
/**
 * The host, with its port if that is not the usual one.
 */
host: string, 
/**
 * The base URL.
 */
baseUrl: string, 
/**
 * Whether the person added it (else it is a vendor of the catalogue).
 */
own: boolean, 
/**
 * The protocol it speaks.
 */
protocol: Protocol, 
/**
 * Whether the host is this computer.
 */
local: boolean, 
/**
 * The model that new chats use; empty if none is named.
 */
defaultModel: string, 
/**
 * Its keys, the one that is used first.
 */
keys: Array<KeyCard>, 
/**
 * Whether the page is known on which a key is revoked.
 */
canRevoke: boolean, 
/**
 * Whether nothing but a key is known of it: its entry in the settings is gone.
 */
orphan: boolean, };

export type ProviderLimits = { 
/**
 * Requests, where that was told.
 */
requests: number | null, 
/**
 * Tokens, where that was told.
 */
tokens: number | null, };

export type ProviderRef = { 
/**
 * Its id.
 */
provider: string, };

export type ProxyLogin = { 
/**
 * The name.
 */
name: string, 
/**
 * Where the password is kept.
 */
keptIn: KeptIn, 
/**
 * Whether it can be read.
 */
state: KeyState, };

export type ProxyState = { 
/**
 * Where it is; empty if the settings hold something else.
 */
address: string, 
/**
 * Whether it can be used. If not, nothing goes out.
 */
usable: boolean, 
/**
 * The name and the password that it is told, if it asks for one.
 */
login: ProxyLogin | null, };

export type PutOff = "later" | "skipped";

export type RefusedFile = { 
/**
 * Its name.
 */
name: string, 
/**
 * Why.
 */
reason: FileRefusal, };

export type Removal = { 
/**
 * Keys first.
 */
items: Array<RemovalItem>, };

export type RemovalItem = { 
/**
 * What.
 */
part: RemovalPart, 
/**
 * From where: a store's name, or a path; may be empty.
 */
place: string, 
/**
 * How many there were.
 */
count: number, 
/**
 * What became of it.
 */
outcome: RemovalOutcome, };

export type RemovalOutcome = { "type": "removed" } | { "type": "atQuit" } | { "type": "left", 
/**
 * Why, in the system's words.
 */
why: string, };

export type RemovalPart = "systemKeys" | "sealedKeys" | "sessionKeys" | "chats" | "settings" | "setAside" | "log" | "webData" | "updates" | "loginItem";

export type RenameConversation = { 
/**
 * Its id.
 */
conversation: string, 
/**
 * At most 200 characters are kept.
 */
title: string, };

export type RetryTurn = { 
/**
 * The conversation.
 */
conversation: string, 
/**
 * The answer that failed, was stopped, or was cut off by its length.
 */
answer: string, 
/**
 * Who is to answer.
 */
model: ModelRef, 
/**
 * Whether it goes on from what is there of it, instead of being made anew.
 */
goOn: boolean, };

export type SandboxState = { "type": "on" } | { "type": "switchedOff" } | { "type": "unavailable", 
/**
 * What was missing or refused, in the system's terms.
 */
reason: string, } | { "type": "notHere" };

export type SaveProvider = { 
/**
 * Its id; `null` for a new one.
 */
id: string | null, 
/**
 * Its name.
 */
name: string, 
/**
 * The address that every endpoint's begins with: `http://127.0.0.1:8080/v1`.
 */
baseUrl: string, 
/**
 * The model that new chats use; may be empty.
 */
defaultModel: string, 
/**
 * The protocol it speaks.
 */
protocol: Protocol, };

export type SealedState = "unavailable" | "none" | "locked" | "open";

export type SetAnswerLimit = { 
/**
 * The most tokens that one answer may have; `null` for the provider's own limit.
 */
tokens: number | null, };

export type SetBudget = { 
/**
 * The provider that it is for; `null` for all together.
 */
provider: string | null, 
/**
 * How long it lasts.
 */
period: Period, 
/**
 * What it counts.
 */
measure: Measure, 
/**
 * How much there may be; of cost, dollars. `null` removes the budget.
 */
value: number | null, };

export type SetCap = { 
/**
 * Which.
 */
kind: CapKind, 
/**
 * How much there may be.
 */
value: number, };

export type SetOpenAtLogin = { 
/**
 * Whether.
 */
open: boolean, };

export type SetPrice = { 
/**
 * The provider's id.
 */
provider: string, 
/**
 * The model's id.
 */
model: string, 
/**
 * The price; `null` for the catalogue's.
 */
price: Price | null, };

export type SetProxy = { 
/**
 * Where it is; `null` or empty for straight out.
 */
address: string | null, 
/**
 * Hosts that are asked straight.
 */
direct: Array<string>, };

export type SetRotationReminder = { 
/**
 * One of 30, 90, 180 and 365; `null` for never.
 */
days: number | null, };

export type SetUpdateChecks = { 
/**
 * At its start and once a day.
 */
automatic: boolean, };

export type SetWaitLimit = { 
/**
 * What for.
 */
name: WaitName, 
/**
 * In seconds; `null` for as long as usual.
 */
seconds: number | null, };

export type SettingsEvent = { "type": "pasteRequested" } | { "type": "changed" } | { "type": "page", 
/**
 * Which.
 */
page: SettingsPage, };

export type SettingsFault = "broken" | "unreadable" | "newer";

export type SettingsPage = "keys" | "limits" | "appearance" | "network" | "updates" | "privacy" | "about";

export type SettingsState = { 
/**
 * Whether this is the first run: no settings have been saved yet.
 */
firstRun: boolean, 
/**
 * The store, looked at without a prompt.
 */
store: StoreState, 
/**
 * The file that keys can be sealed in.
 */
sealed: SealedState, 
/**
 * After how many days a key is old enough for a reminder; `null` for never.
 */
rotateAfterDays: number | null, 
/**
 * Providers with a key, and those that the person added.
 */
providers: Array<ProviderCard>, 
/**
 * The vendors, for a key of no known shape.
 */
vendors: Array<VendorItem>, 
/**
 * What a server of one's own may be.
 */
ownKinds: Array<OwnKindItem>, };

export type Span = { 
/**
 * What it is.
 */
kind: TokenKind, 
/**
 * Its characters.
 */
text: string, };

export type StartTurn = { 
/**
 * Where; `null` begins a conversation.
 */
conversation: string | null, 
/**
 * What is said.
 */
text: string, 
/**
 * The files that come with it, by their ids.
 */
attachments: Array<string>, 
/**
 * Who is to answer.
 */
model: ModelRef, 
/**
 * Whether the person has seen that it holds something of a key's shape, and sends it all the same. Without it such a
 * text is refused.
 */
asText: boolean, 
/**
 * What is chosen for the answers of a conversation that begins with this; one that is there has its own.
 */
options: Options, };

export type StartedTurn = { 
/**
 * The conversation.
 */
conversation: ConversationItem, 
/**
 * The user's message.
 */
question: string, 
/**
 * The answer that is being made.
 */
answer: MessageView, };

export type StopReason = "done" | "length" | "filtered" | "toolUse" | "other";

export type StoreState = { "type": "ready", 
/**
 * The collection that keys go into, where the store has such a thing.
 */
collection: string | null, } | { "type": "new" } | { "type": "locked", 
/**
 * The collection that is locked.
 */
collection: string | null, } | { "type": "dismissed" } | { "type": "absent", 
/**
 * What is missing.
 */
reason: AbsentReason, 
/**
 * The command that installs one here, if there is one.
 */
install: string | null, 
/**
 * The distribution that the command is for.
 */
distribution: string | null, } | { "type": "timedOut" } | { "type": "failed", 
/**
 * The store's own words.
 */
detail: string, };

export type Theme = "system" | "light" | "dark";

export type TokenKind = "plain" | "keyword" | "string" | "number" | "comment" | "name" | "type";

export type ToolCall = { 
/**
 * The tool's name; empty if the model named none.
 */
name: string, 
/**
 * The arguments as the model wrote them.
 */
arguments: string, };

export type Totals = { 
/**
 * Tokens read.
 */
inputTokens: number, 
/**
 * Tokens written.
 */
outputTokens: number, 
/**
 * What they cost, in millionths of a dollar.
 */
cost: number, 
/**
 * Answers that reported no tokens and so are not in these counts.
 */
uncounted: number, 
/**
 * Answers that are not in the cost.
 */
unpriced: number, };

export type TurnEvent = { "type": "snapshot", 
/**
 * The answer's message.
 */
answer: string, 
/**
 * Its Markdown, parsed.
 */
blocks: Array<Block>, 
/**
 * What the model has thought so far.
 */
reasoning: string, } | { "type": "leftOut", 
/**
 * How many.
 */
messages: number, } | { "type": "waiting", 
/**
 * Why it failed.
 */
error: CommandError, 
/**
 * How long is waited from now on, in milliseconds.
 */
milliseconds: number, 
/**
 * Which try that will be, after the first one: from 1 to `most`.
 */
retry: number, 
/**
 * How often it is asked again at most.
 */
most: number, } | { "type": "askedAgain" } | { "type": "started" } | { "type": "blocks", 
/**
 * How many blocks stay as they are.
 */
keep: number, 
/**
 * How the block after those grows.
 */
grow: Growth | null, 
/**
 * The blocks that follow; all later ones are gone.
 */
changed: Array<Block>, } | { "type": "highlighted", 
/**
 * Which block, counted among the answer's own.
 */
block: number, 
/**
 * The first of the lines.
 */
line: number, 
/**
 * The lines.
 */
lines: Array<Array<Span>>, } | { "type": "reasoningDelta", 
/**
 * Plain text.
 */
text: string, } | { "type": "toolCall", 
/**
 * Which, from 0.
 */
index: number, 
/**
 * The tool's name, when the call is new; may be empty.
 */
name: string | null, 
/**
 * More of the arguments.
 */
arguments: string, } | { "type": "citations", 
/**
 * The new ones.
 */
citations: Array<Citation>, } | { "type": "usage", 
/**
 * As reported.
 */
usage: Usage, } | { "type": "finished", 
/**
 * Why it stopped.
 */
stopReason: StopReason, } | { "type": "cancelled" } | { "type": "failed", 
/**
 * Why.
 */
error: CommandError, };

export type Update = { 
/**
 * Its number, such as `0.6.0`.
 */
version: string, 
/**
 * Its size in bytes, if the server says.
 */
size: number | null, 
/**
 * When it was published: `2026-11-21`; `null` if the server does not say.
 */
date: string | null, 
/**
 * What is new in it, as written: plain text for the settings window. The chat window asks for it as Markdown.
 */
notes: string, };

export type UpdateFault = { 
/**
 * What.
 */
kind: UpdateFaultKind, 
/**
 * The host it happened with.
 */
host: string | null, 
/**
 * The HTTP status, where that was the reason.
 */
status: number | null, 
/**
 * The version or the name that was found in place of the right one; plain text.
 */
found: string | null, 
/**
 * The command that installs the package by hand, where that is the way out.
 */
byHand: string | null, };

export type UpdateFaultKind = "endpoint_insecure" | "redirect_insecure" | "too_many_redirects" | "host_unknown" | "host_unreachable" | "proxy_failed" | "certificate_refused" | "server_failed" | "stalled" | "cut" | "manifest_empty" | "manifest_too_large" | "manifest_not_json" | "manifest_incomplete" | "manifest_version" | "manifest_platform" | "download_insecure" | "too_large" | "wrong_size" | "not_signed" | "signature_unreadable" | "signature_other_key" | "signature_wrong" | "signed_other_version" | "signed_no_version" | "other_product" | "other_version" | "other_machine" | "package_unreadable" | "disk_full" | "not_written" | "nothing_asks" | "denied" | "installer_failed" | "half_installed" | "interrupted";

export type UpdateState = { "is": "off", 
/**
 * Why.
 */
why: UpdatesOff, } | { "is": "notChecked" } | { "is": "checking" } | { "is": "upToDate", 
/**
 * The version that the server offers, if it is older than the one that runs.
 */
older: string | null, } | { "is": "available", 
/**
 * What is known of it.
 */
update: Update, } | { "is": "downloading", 
/**
 * What is known of it.
 */
update: Update, 
/**
 * How much of it is here, in bytes.
 */
received: number, 
/**
 * How much there is, in bytes; `null` until the server has said.
 */
total: number | null, } | { "is": "ready", 
/**
 * What is known of it.
 */
update: Update, } | { "is": "installing", 
/**
 * What is known of it.
 */
update: Update, } | { "is": "installed", 
/**
 * What is known of it.
 */
update: Update, } | { "is": "failed", 
/**
 * What.
 */
fault: UpdateFault, 
/**
 * What is known of the version that it was about; `null` if it never came so far.
 */
update: Update | null, };

export type Updates = { 
/**
 * The version that runs.
 */
version: string, 
/**
 * Where it stands.
 */
state: UpdateState, 
/**
 * Whether the app looks for a new version by itself, at its start and once a day.
 */
automatic: boolean, 
/**
 * When the server was last asked and answered, in milliseconds since 1970.
 */
checkedAt: number | null, 
/**
 * Whether the version that is there is to be left out: the chat window shows no banner for it.
 */
putOff: PutOff | null, };

export type UpdatesOff = "notBuiltIn" | "managed" | "switchedOff";

export type Usage = { 
/**
 * Tokens read, cached ones included.
 */
inputTokens: number | null, 
/**
 * Tokens written, reasoning included.
 */
outputTokens: number | null, 
/**
 * Of the written ones, those spent on reasoning.
 */
reasoningTokens: number | null, 
/**
 * Of the read ones, those that came from the provider's cache.
 */
cachedTokens: number | null, 
/**
 * Millionths of a dollar.
 */
cost: number | null, };

export type VendorItem = { 
/**
 * Its id.
 */
id: string, 
/**
 * Its name.
 */
name: string, 
/**
 * Its host.
 */
host: string, };

export type Verification = { "type": "accepted", 
/**
 * How many models it offers, where that was the question.
 */
models: number | null, } | { "type": "failed", 
/**
 * Why.
 */
error: CommandError, };

export type WaitLimit = { 
/**
 * What for.
 */
name: WaitName, 
/**
 * In seconds.
 */
seconds: number, 
/**
 * The same where nothing is set.
 */
usual: number, };

export type WaitName = "connect" | "firstByte" | "silence";

/** Every command: what it takes, what it answers with, and what comes over its channel. */
export interface Commands {
  app_info: { request: null; events: null; result: AppInfo };
  window_ready: { request: null; events: null; result: null };
  watch_app: { request: null; events: AppEvent; result: null };
  open_settings: { request: OpenSettings; events: null; result: null };
  open_chat: { request: OpenChat; events: null; result: null };
  open_link: { request: OpenLink; events: null; result: boolean };
  unlock_store: { request: null; events: null; result: StoreState };
  forget_crash: { request: null; events: null; result: null };
  put_chats_back: { request: null; events: null; result: boolean };
  diagnostics: { request: null; events: null; result: string };
  list_conversations: { request: null; events: null; result: Array<ConversationItem> };
  open_conversation: { request: OpenConversation; events: null; result: ConversationPage };
  rename_conversation: { request: RenameConversation; events: null; result: null };
  choose_options: { request: ChooseOptions; events: null; result: null };
  delete_conversation: { request: ConversationRef; events: null; result: null };
  restore_conversation: { request: ConversationRef; events: null; result: null };
  message_text: { request: MessageRef; events: null; result: string };
  list_drafts: { request: null; events: null; result: Array<DraftText> };
  keep_draft: { request: DraftText; events: null; result: boolean };
  choose_files: { request: null; events: null; result: Attached };
  attach_file: { request: AttachFile; events: null; result: Attached };
  detach_file: { request: DraftFileRef; events: null; result: null };
  look_for_key: { request: LookForKey; events: null; result: FoundKey | null };
  start_turn: { request: StartTurn; events: TurnEvent; result: StartedTurn };
  retry_turn: { request: RetryTurn; events: TurnEvent; result: StartedTurn };
  watch_turn: { request: ConversationRef; events: TurnEvent; result: boolean };
  stop_turn: { request: ConversationRef; events: null; result: null };
  highlight_code: { request: HighlightCode; events: null; result: Array<Array<Span>> };
  list_models: { request: ListModels; events: null; result: ModelMenu };
  find_local_servers: { request: null; events: null; result: Array<LocalServer> };
  warm_up: { request: null; events: null; result: null };
  choose_model: { request: ChooseModel; events: null; result: null };
  settings_state: { request: null; events: null; result: SettingsState };
  watch_settings: { request: null; events: SettingsEvent; result: null };
  paste_key: { request: PasteKey; events: null; result: PasteOutcome };
  verify_key: { request: KeyRef; events: null; result: Verification };
  remove_key: { request: KeyRef; events: null; result: boolean };
  use_key: { request: KeyRef; events: null; result: null };
  open_key_page: { request: ProviderRef; events: null; result: boolean };
  unlock_sealed: { request: null; events: null; result: SealedState };
  lock_sealed: { request: null; events: null; result: null };
  clear_clipboard: { request: null; events: null; result: boolean };
  save_provider: { request: SaveProvider; events: null; result: boolean };
  remove_provider: { request: ProviderRef; events: null; result: boolean };
  set_rotation_reminder: { request: SetRotationReminder; events: null; result: null };
  remove_everything: { request: null; events: null; result: Removal | null };
  set_appearance: { request: Appearance; events: null; result: null };
  limits_state: { request: null; events: null; result: LimitsState };
  set_cap: { request: SetCap; events: null; result: boolean };
  set_budget: { request: SetBudget; events: null; result: boolean };
  set_answer_limit: { request: SetAnswerLimit; events: null; result: boolean };
  set_price: { request: SetPrice; events: null; result: boolean };
  network_state: { request: null; events: null; result: NetworkState };
  set_proxy: { request: SetProxy; events: null; result: boolean };
  set_proxy_login: { request: null; events: null; result: boolean };
  remove_proxy_login: { request: null; events: null; result: null };
  choose_certificates: { request: null; events: null; result: boolean };
  remove_certificates: { request: null; events: null; result: null };
  add_header: { request: ProviderRef; events: null; result: boolean };
  remove_header: { request: HeaderRef; events: null; result: boolean };
  set_wait_limit: { request: SetWaitLimit; events: null; result: null };
  open_at_login: { request: null; events: null; result: boolean };
  set_open_at_login: { request: SetOpenAtLogin; events: null; result: null };
  watch_updates: { request: null; events: Updates; result: null };
  check_for_update: { request: null; events: null; result: null };
  set_update_checks: { request: SetUpdateChecks; events: null; result: null };
  update_notes: { request: null; events: null; result: Array<Block> };
  download_update: { request: null; events: null; result: null };
  cancel_download: { request: null; events: null; result: null };
  install_update: { request: null; events: null; result: null };
  put_off_update: { request: null; events: null; result: null };
  skip_update: { request: null; events: null; result: null };
  open_release_page: { request: null; events: null; result: boolean };
  privacy_report: { request: null; events: null; result: PrivacyReport };
}

/** Which window may call which command. */
export const commandsOf = {
  chat: ['app_info', 'window_ready', 'watch_app', 'open_settings', 'open_link', 'unlock_store', 'forget_crash', 'put_chats_back', 'list_conversations', 'open_conversation', 'rename_conversation', 'choose_options', 'delete_conversation', 'restore_conversation', 'message_text', 'list_drafts', 'keep_draft', 'choose_files', 'attach_file', 'detach_file', 'look_for_key', 'start_turn', 'retry_turn', 'watch_turn', 'stop_turn', 'highlight_code', 'list_models', 'warm_up', 'choose_model', 'unlock_sealed', 'watch_updates', 'update_notes', 'download_update', 'cancel_download', 'install_update', 'put_off_update', 'skip_update'],
  settings: ['app_info', 'window_ready', 'open_chat', 'unlock_store', 'diagnostics', 'find_local_servers', 'settings_state', 'watch_settings', 'paste_key', 'verify_key', 'remove_key', 'use_key', 'open_key_page', 'unlock_sealed', 'lock_sealed', 'clear_clipboard', 'save_provider', 'remove_provider', 'set_rotation_reminder', 'remove_everything', 'set_appearance', 'limits_state', 'set_cap', 'set_budget', 'set_answer_limit', 'set_price', 'network_state', 'set_proxy', 'set_proxy_login', 'remove_proxy_login', 'choose_certificates', 'remove_certificates', 'add_header', 'remove_header', 'set_wait_limit', 'open_at_login', 'set_open_at_login', 'watch_updates', 'check_for_update', 'set_update_checks', 'download_update', 'cancel_download', 'install_update', 'skip_update', 'open_release_page', 'privacy_report'],
} as const;
