import type { Notice } from '../bindings/index.ts';
import { words } from '../words/words.ts';

/** What must be told at the start: what happened, and what it means. */
export function noticeWords(notice: Notice): { title: string; text: string } {
  const { notices } = words;
  switch (notice.type) {
    case 'settingsSetAside':
      return { title: notices.settingsSetAside[notice.reason], text: notices.settingsKept(notice.keptAs) };
    case 'settingsEntryUnusable':
      return {
        title: notices.entryUnusable(notice.entry),
        text: notices.entryUnusableText(notices.entryFault[notice.fault]),
      };
    case 'chatsSetAside':
      return { title: notices.chatsSetAside, text: notices.chatsSetAsideText(notice.keptAs) };
    case 'chatsReadOnly':
      return { title: notices.chatsReadOnly, text: notices.chatsReadOnlyText };
    case 'chatsNewer':
      return { title: notices.chatsNewer, text: notices.chatsNewerText };
    case 'startBrokeOff':
      return { title: notices.startBrokeOff, text: notices.startBrokeOffText(notice.keptAs) };
    case 'chatsPutBack':
      return { title: notices.chatsPutBack, text: notices.chatsPutBackText(notice.keptAs) };
    case 'chatsNotPutBack':
      return { title: notices.chatsNotPutBack, text: notices.chatsNotPutBackText(notice.keptAs) };
    case 'broke':
      return { title: notices.broke, text: notices.brokeText };
    case 'chatsUnavailable':
      return { title: notices.chatsUnavailable, text: notices.chatsUnavailableText(notice.detail) };
  }
}
