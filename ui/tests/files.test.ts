import { expect, test } from 'vitest';

import { FakeBackend } from '../src/lib/backend/fake.ts';
import type { Abilities, AttachedFile, DraftFile } from '../src/lib/bindings/index.ts';
import { Draft } from '../src/lib/conversation/drafts.svelte.ts';
import { faultOf, Files } from '../src/lib/conversation/files.svelte.ts';

const abilities: Abilities = {
  prompt: true,
  highestTemperature: 0,
  effort: false,
  mostStops: 0,
  imageTypes: ['png'],
  largestImage: 100,
  largestPdf: 0,
};
const file = (kind: AttachedFile['kind'], bytes: number): AttachedFile => ({ name: 'a', kind, bytes });
const draftFile = (id: string, key: DraftFile['key'] = null): DraftFile => ({ id, file: file('text', 1), key });

test('a model is offered what its protocol takes, and text always', () => {
  expect(faultOf(file('text', 1e9), abilities)).toBeNull();
  expect(faultOf(file('png', 100), abilities)).toBeNull();
  expect(faultOf(file('png', 101), abilities)).toEqual({ type: 'size', most: 100 });
  expect(faultOf(file('gif', 1), abilities)).toEqual({ type: 'kind' });
  expect(faultOf(file('pdf', 1), abilities)).toEqual({ type: 'kind' });
  expect(faultOf(file('pdf', 1), null)).toBeNull();
});

test('a draft says something with files alone, and what was sent leaves it', () => {
  const draft = new Draft(null, () => undefined);
  expect(draft.saysSomething).toBe(false);
  const [sent, later] = [draftFile('1'), draftFile('2')];
  draft.files = [sent];
  expect(draft.saysSomething).toBe(true);
  const { files } = draft;
  draft.files = [...files, later];
  draft.said('', files);
  expect(draft.files).toEqual([later]);
});

test('a key in a file holds the draft until the person has passed just these files', () => {
  const draft = new Draft(null, () => undefined);
  draft.files = [draftFile('1'), draftFile('2', { provider: 'Groq' })];
  expect(draft.found).toEqual({ provider: 'Groq' });
  expect(draft.held).toBe(true);
  draft.pass();
  expect(draft.held).toBe(false);
  draft.files = [...draft.files, draftFile('3')];
  expect(draft.held).toBe(true);
});

test('pasted files are taken one by one, and those that are not taken are told of', async () => {
  const backend = new FakeBackend({
    attach_file: ({ name }) =>
      name === 'bad.bin'
        ? { files: [], refused: [{ name, reason: 'unknownKind' }] }
        : { files: [draftFile(name)], refused: [] },
  });
  const files = new Files(backend);
  const draft = new Draft(null, () => undefined);
  await files.add(draft, [new File(['hi'], 'a.txt'), new File(['x'], 'bad.bin'), new File([''], 'b.txt')]);
  expect(draft.files.map(({ id }) => id)).toEqual(['a.txt', 'b.txt']);
  expect(files.refused).toEqual([{ name: 'bad.bin', reason: 'unknownKind' }]);
  expect(draft.coming).toBe(0);
  expect(backend.requests('attach_file').map(({ data }) => data)).toEqual(['aGk=', 'eA==', '']);
  files.clear();
  expect(files.refused).toEqual([]);
});
