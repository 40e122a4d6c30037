/** Rule 9: what is pending passes to the version that replaces an unpublished one. */
import type { Guard } from '../guard.ts';

const PLAN = 'src/pipeline/plan.ts';
const AUDIENCES = 'src/pipeline/audiences.ts';
const AUDIENCES_TEST = 'test/unit/pipeline/audiences.test.ts';
const caughtBy = {
  file: 'test/unit/pipeline/plan.test.ts',
  test: 'hands its changes and causes over to the version that another topic makes of it',
};

export const pending: readonly Guard[] = [
  {
    name: 'Pending changes are not taken over.',
    rule: '9',
    edits: [
      {
        file: PLAN,
        find: 'const pending = unpublished === null ? fresh : takeOver(unpublished, fresh);',
        replace: 'const pending = unpublished === null ? fresh : fresh;',
      },
    ],
    caughtBy,
  },
  {
    name: 'The causes are taken over, the changed paths are not.',
    rule: '9',
    edits: [
      {
        file: PLAN,
        find: 'paths: [...new Set([...unpublished.paths, ...fresh.paths])].sort(),',
        replace: 'paths: fresh.paths,',
      },
    ],
    caughtBy,
  },
  {
    name: 'previousVersion names a version that was never published.',
    rule: '9',
    edits: [
      {
        file: PLAN,
        find: 'unpublishedVersion === null ? (before?.version ?? 0) : (before?.previousVersion ?? 0);',
        replace: 'unpublishedVersion === null ? (before?.version ?? 0) : (before?.version ?? 0);',
      },
    ],
    caughtBy,
  },
  {
    name: 'What an audience has yet to hear is not taken over.',
    rule: '9',
    edits: [
      {
        file: AUDIENCES,
        find: 'known !== undefined && known.version === unpublishedVersion ? known.before : (known ?? UNTOLD);',
        replace: 'known !== undefined && known.version === unpublishedVersion ? known : (known ?? UNTOLD);',
      },
    ],
    caughtBy: {
      file: AUDIENCES_TEST,
      test: 'what an unpublished version was about to tell, the next one tells in its place',
    },
  },
  {
    name: 'What an audience has heard is told again.',
    rule: '9',
    edits: [{ file: AUDIENCES, find: 'if (digest !== told.digest ||', replace: 'if (digest !== undefined ||' }],
    caughtBy: {
      file: AUDIENCES_TEST,
      test: 'a view is told once, and again when it has changed, naming the version told before',
    },
  },
  {
    name: 'What a muted audience was told is forgotten.',
    rule: '9',
    edits: [
      {
        file: AUDIENCES,
        find: 'for (const { name, muted = false, view: viewOf, nameOf } of audiences) {',
        replace: `for (const { name, muted = false, view: viewOf, nameOf } of audiences) {
    if (muted) continue;`,
      },
    ],
    caughtBy: { file: AUDIENCES_TEST, test: 'hears nothing, and goes on where it was once it is told again' },
  },
  {
    name: 'A version that comes again tells every audience.',
    rule: '9',
    edits: [
      {
        file: AUDIENCES,
        find: 'state?.version === version ? tellingsOf',
        replace: 'state !== undefined ? tellingsOf',
      },
    ],
    caughtBy: {
      file: AUDIENCES_TEST,
      test: 'a version that is published again tells each audience what it told it, and nobody else anything',
    },
  },
  {
    name: 'Audiences hear in a transaction of their own.',
    rule: '9',
    edits: [
      {
        file: 'src/pipeline/round.ts',
        find: 'if (records.length > 0) await transaction.send(records);',
        replace: `const versions = records.filter(({ topic }) => !topic.includes('customer-updated.'));
  if (versions.length < records.length) {
    const another = await producer.begin();
    await another.send(records.filter((record) => !versions.includes(record)));
    await another.commit();
  }
  if (versions.length > 0) await transaction.send(versions);`,
      },
    ],
    caughtBy: {
      file: 'test/integration/audiences.test.ts',
      test: 'a version that is redelivered tells each audience once what it was about to tell',
    },
  },
  {
    name: 'An audience that may see nothing keeps what it has.',
    rule: '9',
    edits: [{ file: 'src/pipeline/announce.ts', find: 'value: view && encoder', replace: 'value: encoder' }],
    caughtBy: {
      file: 'test/integration/audiences.test.ts',
      test: 'each audience hears of what concerns it, in the transaction of the version, and campaigns forget who withdraws',
    },
  },
];
