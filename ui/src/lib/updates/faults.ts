import type { UpdateFault, UpdateFaultKind } from '../bindings/index.ts';
import type { IconName } from '../components/icons.ts';
import { words } from '../words/words.ts';

export interface FaultLook {
  /** Danger: somebody may have meddled with it. Neutral: the rest; the version that runs goes on in any case. */
  severity: 'neutral' | 'danger';
  icon: IconName;
  /** What is done again, where a version is known; nothing, where only a person can mend it. */
  again: 'download' | 'install' | null;
}

const look = (severity: FaultLook['severity'], icon: IconName, again: FaultLook['again'] = 'download'): FaultLook => ({
  severity,
  icon,
  again,
});

/** How each fault looks and what can be done again. Its words are in the catalogue. */
export const faultLooks: Record<UpdateFaultKind, FaultLook> = {
  endpoint_insecure: look('danger', 'shield-alert'),
  redirect_insecure: look('danger', 'shield-alert'),
  too_many_redirects: look('neutral', 'globe'),
  host_unknown: look('neutral', 'globe'),
  host_unreachable: look('neutral', 'globe'),
  proxy_failed: look('neutral', 'globe'),
  certificate_refused: look('danger', 'shield-alert'),
  server_failed: look('neutral', 'globe'),
  stalled: look('neutral', 'cut'),
  cut: look('neutral', 'cut'),

  manifest_empty: look('neutral', 'warning'),
  manifest_too_large: look('neutral', 'warning'),
  manifest_not_json: look('neutral', 'warning'),
  manifest_incomplete: look('neutral', 'warning'),
  manifest_version: look('neutral', 'warning'),
  manifest_platform: look('neutral', 'laptop'),
  download_insecure: look('danger', 'shield-alert'),

  too_large: look('neutral', 'warning'),
  wrong_size: look('neutral', 'warning'),
  not_signed: look('danger', 'shield-alert'),
  signature_unreadable: look('danger', 'shield-alert'),
  signature_other_key: look('danger', 'shield-alert'),
  signature_wrong: look('danger', 'shield-alert'),
  signed_other_version: look('danger', 'shield-alert'),
  signed_no_version: look('danger', 'shield-alert'),
  other_product: look('danger', 'shield-alert'),
  other_version: look('danger', 'shield-alert'),
  other_machine: look('neutral', 'laptop'),
  package_unreadable: look('neutral', 'warning'),

  disk_full: look('neutral', 'warning'),
  not_written: look('neutral', 'warning'),
  nothing_asks: look('neutral', 'lock', 'install'),
  denied: look('neutral', 'lock', 'install'),
  installer_failed: look('neutral', 'warning', 'install'),
  half_installed: look('danger', 'warning', null),
  interrupted: look('neutral', 'cut'),
};

export interface FaultSaid extends FaultLook {
  happened: string;
  /** What it means for the app that runs and what is in it. */
  means: string;
  todo: string;
}

/** So much of what was found is told, in characters. */
const MOST = 60;

/** Puts a fault into words. */
export function faultInWords(
  fault: UpdateFault,
  { running, wanted, onPage = false }: { running: string; wanted: string | null; onPage?: boolean },
): FaultSaid {
  const text = words.updates;
  const entry = text.faults[fault.kind];
  const facts = {
    where: fault.host ?? text.server,
    status: fault.status === null ? '' : ` (${fault.status})`,
    found: fault.found === null ? '' : ` “${tame(fault.found)}”`,
    wanted: wanted === null ? text.newVersion : text.named(wanted),
    byHand: fault.byHand === null ? null : onPage ? ('here' as const) : ('inSettings' as const),
  };
  return {
    ...faultLooks[fault.kind],
    happened: sentence(entry.happened(facts)),
    means: fault.kind === 'half_installed' ? text.goesOnOnce(running) : text.goesOn(running),
    todo: entry.todo(facts),
  };
}

/** What was found is from outside and stands within a sentence: nothing in it may turn the direction of the rest. */
function tame(found: string): string {
  const all = [...found.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, '�')];
  return all.length > MOST ? `${all.slice(0, MOST).join('')}…` : all.join('');
}

/** Plain words at the start of a sentence begin with a capital; a host's name stays as it is. */
function sentence(text: string): string {
  return text.startsWith(words.updates.server) ? text.charAt(0).toUpperCase() + text.slice(1) : text;
}
