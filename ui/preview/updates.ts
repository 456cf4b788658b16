// An updater that does as it is told, for both windows: ?update=available, and so on.
import type { Script } from '../src/lib/backend/fake.ts';
import type {
  Block,
  Inline,
  PutOff,
  Update,
  UpdateFaultKind,
  Updates,
  UpdatesOff,
  UpdateState,
} from '../src/lib/bindings/index.ts';

const MB = 1_000_000;
const t = (text: string): Inline => ({ type: 'text', text });
const line = (text: string) => ({ checked: null, blocks: [{ type: 'paragraph' as const, inlines: [t(text)] }] });
const lines = [
  'Answers can be compared side by side, version by version.',
  'Gemini’s thinking is folded under one line, as for the others.',
  'Fixed: a chat with a broken attachment could not be opened.',
];
const update: Update = {
  version: '0.6.0',
  size: 11.2 * MB,
  date: '2026-11-21',
  notes: `${lines.map((one) => `- ${one}`).join('\n')}\n\n<img src=x onerror=alert(1)> [a link](javascript:alert(1))`,
};

/** The state that the address asks for: `update=failed&fault=denied`, `update=off&why=managed`. */
function stateOf(query: URLSearchParams): UpdateState {
  const fault = (query.get('fault') ?? 'cut') as UpdateFaultKind;
  const byHand = ['denied', 'nothing_asks', 'installer_failed'].includes(fault)
    ? 'sudo apt install /home/ada/.local/share/chatelaine/updates/chatelaine_0.6.0_amd64.deb'
    : null;
  switch (query.get('update')) {
    case 'off':
      return { is: 'off', why: (query.get('why') ?? 'notBuiltIn') as UpdatesOff };
    case 'checking':
      return { is: 'checking' };
    case 'upToDate':
      return { is: 'upToDate', older: query.has('older') ? '0.0.9' : null };
    case 'available':
      return { is: 'available', update };
    case 'downloading':
      return { is: 'downloading', update, received: 4.1 * MB, total: 11.2 * MB };
    case 'ready':
      return { is: 'ready', update };
    case 'installing':
      return { is: 'installing', update };
    case 'installed':
      return { is: 'installed', update };
    case 'failed':
      return {
        is: 'failed',
        fault: { kind: fault, host: 'updates.example.org', status: 503, found: '0.4.0', byHand },
        update: query.has('unknown') ? null : update,
      };
    default:
      return { is: 'notChecked' };
  }
}

export function updatesScript(query: URLSearchParams): Script {
  let emit: (updates: Updates) => void = () => undefined;
  let timer: ReturnType<typeof setInterval> | undefined;
  let known: Updates = {
    version: '0.5.2',
    state: stateOf(query),
    automatic: true,
    checkedAt: query.has('never') ? null : Date.now() - 4 * 60_000,
    putOff: query.get('putOff') as PutOff | null,
  };
  const become = (more: Partial<Updates>): null => {
    known = { ...known, ...more };
    emit(known);
    return null;
  };
  const long = query.has('long') ? Array.from({ length: 12 }, () => lines).flat() : lines;
  const notes: Block[] = query.has('empty')
    ? []
    : [{ type: 'list', ordered: false, start: null, tight: true, items: long.map(line) }];
  return {
    watch_updates: (_, onEvent) => {
      emit = onEvent;
      return become({});
    },
    check_for_update: () => {
      setTimeout(() => become({ state: { is: 'available', update }, checkedAt: Date.now() }), 800);
      return become({ state: { is: 'checking' } });
    },
    set_update_checks: ({ automatic }) => become({ automatic }),
    update_notes: () => notes,
    download_update: () => {
      let received = 0;
      timer = setInterval(() => {
        received += 0.3 * MB;
        if (received < 11.2 * MB) become({ state: { is: 'downloading', update, received, total: 11.2 * MB } });
        else {
          clearInterval(timer);
          become({ state: { is: 'ready', update } });
        }
      }, 120);
      return become({ state: { is: 'downloading', update, received, total: null }, putOff: null });
    },
    cancel_download: () => {
      clearInterval(timer);
      return become({ state: { is: 'available', update } });
    },
    install_update: () => {
      setTimeout(() => become({ state: { is: 'installed', update } }), 1500);
      return become({ state: { is: 'installing', update } });
    },
    put_off_update: () => become({ putOff: 'later' }),
    skip_update: () => become({ putOff: 'skipped' }),
    open_release_page: () => true,
  };
}
