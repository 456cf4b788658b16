import type { ErrorCode, SettingsPage } from '../bindings/index.ts';
import type { IconName } from '../components/icons.ts';

/** Neutral: things go on, or can be tried again. Warn: something waits. Danger: the person must act. */
export type Severity = 'neutral' | 'warn' | 'danger';

/** What a notice offers. The first of a list is the main one. */
export type ErrorAction = 'continue' | 'retry' | 'open-settings' | 'unlock' | 'choose-model';

export interface ErrorLook {
  severity: Severity;
  icon: IconName;
  actions: readonly ErrorAction[];
}

const look = (severity: Severity, icon: IconName, ...actions: ErrorAction[]): ErrorLook => ({
  severity,
  icon,
  actions,
});

/** How each error looks and what it offers. Its words are in the catalogue. */
export const errorTable: Record<ErrorCode, ErrorLook> = {
  no_key: look('danger', 'key', 'open-settings', 'retry'),
  key_rejected: look('danger', 'key', 'open-settings', 'retry'),
  not_permitted: look('danger', 'key', 'choose-model', 'retry'),
  model_unknown: look('danger', 'warning', 'choose-model', 'retry'),
  rate_limited: look('neutral', 'clock', 'continue', 'retry'),
  out_of_credit: look('danger', 'warning', 'choose-model', 'retry'),
  provider_unavailable: look('neutral', 'globe', 'continue', 'retry'),
  provider_overloaded: look('neutral', 'clock', 'continue', 'retry'),
  request_refused: look('neutral', 'warning', 'retry', 'choose-model'),
  prompt_too_long: look('neutral', 'warning', 'choose-model'),
  host_unknown: look('neutral', 'globe', 'retry', 'open-settings'),
  connection_refused: look('neutral', 'globe', 'retry', 'open-settings'),
  host_unreachable: look('neutral', 'globe', 'retry'),
  proxy_unreachable: look('neutral', 'globe', 'retry', 'open-settings'),
  proxy_refused: look('neutral', 'globe', 'retry', 'open-settings'),
  proxy_unusable: look('danger', 'globe', 'open-settings', 'retry'),
  connect_timeout: look('neutral', 'clock', 'retry'),
  first_byte_timeout: look('neutral', 'clock', 'retry'),
  silence: look('neutral', 'cut', 'continue', 'retry'),
  certificate_expired: look('danger', 'shield-alert', 'retry'),
  certificate_untrusted: look('danger', 'shield-alert', 'retry'),
  certificate_wrong_host: look('danger', 'shield-alert', 'open-settings', 'retry'),
  tls_failed: look('danger', 'shield-alert', 'retry', 'open-settings'),
  redirected: look('danger', 'shield-alert', 'open-settings', 'retry'),
  not_an_api: look('danger', 'globe', 'open-settings', 'retry'),
  provider_error: look('neutral', 'cut', 'continue', 'retry'),
  malformed_stream: look('neutral', 'cut', 'continue', 'retry'),
  connection_lost: look('neutral', 'cut', 'continue', 'retry'),
  ended_early: look('neutral', 'cut', 'continue', 'retry'),
  event_too_large: look('neutral', 'cut', 'continue', 'retry'),
  empty_answer: look('neutral', 'chat', 'retry'),
  store_locked: look('warn', 'lock', 'unlock', 'choose-model'),
  sealed_locked: look('warn', 'lock', 'unlock', 'retry', 'open-settings'),
  sealed_damaged: look('danger', 'lock', 'open-settings'),
  sealed_failed: look('danger', 'lock', 'open-settings'),
  store_dismissed: look('warn', 'lock', 'unlock', 'choose-model'),
  store_absent: look('danger', 'lock', 'open-settings', 'retry'),
  store_timed_out: look('warn', 'lock', 'unlock', 'choose-model'),
  store_failed: look('danger', 'lock', 'open-settings', 'retry'),
  key_gone: look('danger', 'key', 'open-settings', 'retry'),
  key_unreadable: look('danger', 'key', 'open-settings', 'retry'),
  origin_changed: look('danger', 'shield-alert', 'open-settings', 'retry'),
  cap_turns: look('neutral', 'gauge', 'retry', 'open-settings'),
  cap_tokens: look('neutral', 'gauge', 'continue', 'retry', 'open-settings'),
  cap_inquiries: look('neutral', 'clock'),
  budget_requests: look('warn', 'gauge', 'open-settings', 'retry'),
  budget_tokens: look('warn', 'gauge', 'continue', 'open-settings', 'retry'),
  budget_cost: look('warn', 'gauge', 'continue', 'open-settings', 'retry'),
  provider_unknown: look('danger', 'warning', 'choose-model', 'open-settings'),
  storage_failed: look('danger', 'warning', 'retry'),
  interrupted: look('neutral', 'cut', 'continue', 'retry'),

  message_empty: look('neutral', 'info'),
  message_too_long: look('neutral', 'info'),
  attachment_gone: look('neutral', 'attach'),
  attachment_not_taken: look('neutral', 'attach', 'choose-model'),
  attachment_too_large: look('neutral', 'attach', 'choose-model'),
  too_many_attachments: look('neutral', 'attach'),
  key_in_message: look('warn', 'key', 'open-settings'),
  turn_in_progress: look('neutral', 'clock'),
  not_found: look('neutral', 'info'),
  database_read_only: look('danger', 'warning'),
  disk_full: look('danger', 'warning', 'retry'),
  database_damaged: look('danger', 'warning'),
  database_failed: look('danger', 'warning', 'retry'),

  clipboard_empty: look('neutral', 'clipboard'),
  clipboard_not_text: look('neutral', 'clipboard'),
  clipboard_too_large: look('neutral', 'clipboard'),
  clipboard_timed_out: look('neutral', 'clipboard'),
  not_a_key: look('neutral', 'clipboard'),
  name_too_long: look('neutral', 'info'),

  address_invalid: look('danger', 'globe'),
  proxy_address_invalid: look('danger', 'globe'),
  certificates_invalid: look('danger', 'shield-alert'),
  wait_limit_invalid: look('neutral', 'info'),
  too_many_headers: look('neutral', 'info'),
  limit_invalid: look('neutral', 'info'),
  limit_too_large: look('neutral', 'info'),
  settings_not_saved: look('danger', 'warning'),
  dialog_open: look('neutral', 'info'),
  link_refused: look('neutral', 'globe'),
  window_not_opened: look('danger', 'warning'),
  update_not_there: look('neutral', 'info', 'open-settings'),
  turn_runs: look('neutral', 'clock'),
  update_installs: look('neutral', 'clock'),
  login_item_failed: look('neutral', 'warning', 'retry'),
  bad_request: look('danger', 'warning'),
};

/** The page of the settings on which something can be done about an error. */
export function settingsPageOf(code: ErrorCode): SettingsPage {
  switch (code) {
    case 'cap_turns':
    case 'cap_tokens':
    case 'budget_requests':
    case 'budget_tokens':
    case 'budget_cost':
      return 'limits';
    case 'proxy_unreachable':
    case 'proxy_refused':
    case 'proxy_unusable':
      return 'network';
    case 'update_not_there':
      return 'updates';
    case 'login_item_failed':
      return 'appearance';
    default:
      return 'keys';
  }
}
