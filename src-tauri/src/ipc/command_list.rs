// The one list of commands. `build.rs` takes the names for the permissions, `start.rs` the handler, `ipc::commands` the
// data for the TypeScript, and a test compares the capabilities with it. A command that is not here does not exist; a
// window that is not named here can't call it.
//
// name [windows] (request) event -> result; `()` stands for nothing.
macro_rules! with_commands {
    ($use:ident) => {
        $use! {
            shell::app_info [chat, settings] () () -> AppInfo;
            shell::window_ready [chat, settings] () () -> ();
            shell::watch_app [chat] () AppEvent -> ();
            shell::open_settings [chat] (OpenSettings) () -> ();
            shell::open_chat [settings] (OpenChat) () -> ();
            shell::open_link [chat] (OpenLink) () -> bool;
            shell::unlock_store [chat, settings] () () -> StoreState;
            shell::forget_crash [chat] () () -> ();
            shell::put_chats_back [chat] () () -> bool;
            shell::diagnostics [settings] () () -> String;
            conversations::list_conversations [chat] () () -> Vec<ConversationItem>;
            conversations::open_conversation [chat] (OpenConversation) () -> ConversationPage;
            conversations::rename_conversation [chat] (RenameConversation) () -> ();
            conversations::choose_options [chat] (ChooseOptions) () -> ();
            conversations::delete_conversation [chat] (ConversationRef) () -> ();
            conversations::restore_conversation [chat] (ConversationRef) () -> ();
            conversations::message_text [chat] (MessageRef) () -> String;
            drafts::list_drafts [chat] () () -> Vec<DraftText>;
            drafts::keep_draft [chat] (DraftText) () -> bool;
            attachments::choose_files [chat] () () -> Attached;
            attachments::attach_file [chat] (AttachFile) () -> Attached;
            attachments::detach_file [chat] (DraftFileRef) () -> ();
            turns::look_for_key [chat] (LookForKey) () -> Option<FoundKey>;
            turns::start_turn [chat] (StartTurn) TurnEvent -> StartedTurn;
            turns::retry_turn [chat] (RetryTurn) TurnEvent -> StartedTurn;
            turns::watch_turn [chat] (ConversationRef) TurnEvent -> bool;
            turns::stop_turn [chat] (ConversationRef) () -> ();
            turns::highlight_code [chat] (HighlightCode) () -> Vec<Vec<Span>>;
            models::list_models [chat] (ListModels) () -> ModelMenu;
            models::find_local_servers [settings] () () -> Vec<LocalServer>;
            models::warm_up [chat] () () -> ();
            models::choose_model [chat] (ChooseModel) () -> ();
            keys::settings_state [settings] () () -> SettingsState;
            keys::watch_settings [settings] () SettingsEvent -> ();
            keys::paste_key [settings] (PasteKey) () -> PasteOutcome;
            keys::verify_key [settings] (KeyRef) () -> Verification;
            keys::remove_key [settings] (KeyRef) () -> bool;
            keys::use_key [settings] (KeyRef) () -> ();
            keys::open_key_page [settings] (ProviderRef) () -> bool;
            keys::unlock_sealed [chat, settings] () () -> SealedState;
            keys::lock_sealed [settings] () () -> ();
            keys::clear_clipboard [settings] () () -> bool;
            preferences::save_provider [settings] (SaveProvider) () -> bool;
            preferences::remove_provider [settings] (ProviderRef) () -> bool;
            preferences::set_rotation_reminder [settings] (SetRotationReminder) () -> ();
            preferences::remove_everything [settings] () () -> Option<Removal>;
            preferences::set_appearance [settings] (Appearance) () -> ();
            limits::limits_state [settings] () () -> LimitsState;
            limits::set_cap [settings] (SetCap) () -> bool;
            limits::set_budget [settings] (SetBudget) () -> bool;
            limits::set_answer_limit [settings] (SetAnswerLimit) () -> bool;
            limits::set_price [settings] (SetPrice) () -> bool;
            network::network_state [settings] () () -> NetworkState;
            network::set_proxy [settings] (SetProxy) () -> bool;
            network::set_proxy_login [settings] () () -> bool;
            network::remove_proxy_login [settings] () () -> ();
            network::choose_certificates [settings] () () -> bool;
            network::remove_certificates [settings] () () -> ();
            network::add_header [settings] (ProviderRef) () -> bool;
            network::remove_header [settings] (HeaderRef) () -> bool;
            network::set_wait_limit [settings] (SetWaitLimit) () -> ();
            preferences::open_at_login [settings] () () -> bool;
            preferences::set_open_at_login [settings] (SetOpenAtLogin) () -> ();
            updates::watch_updates [chat, settings] () Updates -> ();
            updates::check_for_update [settings] () () -> ();
            updates::set_update_checks [settings] (SetUpdateChecks) () -> ();
            updates::update_notes [chat] () () -> Vec<Block>;
            updates::download_update [chat, settings] () () -> ();
            updates::cancel_download [chat, settings] () () -> ();
            updates::install_update [chat, settings] () () -> ();
            updates::put_off_update [chat] () () -> ();
            updates::skip_update [chat, settings] () () -> ();
            updates::open_release_page [settings] () () -> bool;
            preferences::privacy_report [settings] () () -> PrivacyReport;
        }
    };
}
