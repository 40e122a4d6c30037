/** Rule 4: what is asked of MongoDB. The client and the collections say it both: each would do without the other. */
import type { Guard } from '../guard.ts';

const STORE = 'test/integration/profile-store.test.ts';
const CLIENT = 'src/adapters/mongodb/client.ts';
const PROFILES = 'src/adapters/mongodb/profiles.ts';
const OPERATIONS = 'every operation on profiles reads and writes with majority, and the driver retries no write';
const EPOCHS = 'are taken and confirmed by majority writes that the driver does not retry';

export const majority: readonly Guard[] = [
  {
    name: 'Documents are loaded without read concern majority.',
    rule: '4',
    edits: [CLIENT, PROFILES].map((file) => ({ file, find: "    readConcern: { level: 'majority' },\n", replace: '' })),
    caughtBy: { file: STORE, test: OPERATIONS },
  },
  {
    name: 'Documents are loaded from secondaries.',
    rule: '4',
    edits: [CLIENT, PROFILES].map((file) => ({
      file,
      find: "readPreference: 'primary'",
      replace: "readPreference: 'secondaryPreferred'",
    })),
    caughtBy: { file: STORE, test: OPERATIONS },
  },
  {
    name: 'Documents are saved without write concern majority.',
    rule: '4',
    edits: [CLIENT, PROFILES].map((file) => ({ file, find: "    writeConcern: { w: 'majority' },\n", replace: '' })),
    caughtBy: { file: STORE, test: OPERATIONS },
  },
  {
    name: 'Epochs are taken and confirmed without write concern majority.',
    rule: '4',
    edits: [
      { file: CLIENT, find: "    writeConcern: { w: 'majority' },\n", replace: '' },
      { file: 'src/adapters/mongodb/epochs.ts', find: ", { writeConcern: { w: 'majority' } }", replace: '' },
    ],
    caughtBy: { file: STORE, test: EPOCHS },
  },
  {
    name: 'The driver retries writes.',
    rule: '4',
    edits: [{ file: CLIENT, find: 'retryWrites: false,', replace: 'retryWrites: true,' }],
    caughtBy: { file: STORE, test: OPERATIONS },
  },
];
