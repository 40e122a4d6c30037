import type { Guard } from '../guard.ts';

const PRIVACY_TEST = 'test/unit/domain/privacy.test.ts';
const REQUESTED = 'src/domain/inputs/privacy-requested.ts';

export const privacy: readonly Guard[] = [
  {
    name: 'Everybody goes on hearing of a customer whose processing is restricted.',
    rule: 'privacy',
    edits: [
      {
        file: 'src/domain/audiences/audience.ts',
        find: "(status === 'restricted' &&",
        replace: "(status === 'unknown' &&",
      },
    ],
    caughtBy: { file: PRIVACY_TEST, test: 'leaves the customer to those only whose legal basis outlasts it' },
  },
  {
    name: 'A restriction shows in no status.',
    rule: 'privacy',
    edits: [
      {
        file: 'src/domain/derive/status.ts',
        find: 'privacy.restriction?.value.restricted === true',
        replace: 'privacy.restriction === null',
      },
    ],
    caughtBy: { file: PRIVACY_TEST, test: 'is what there is to know of the status, until it is lifted' },
  },
  {
    name: 'One hold is as good as another.',
    rule: 'privacy',
    edits: [
      {
        file: REQUESTED,
        find: 'put(holds, caseReference, mergeRegister(lookup(holds, caseReference), register(stampOf(event), said)))',
        replace: "put(holds, 'case-1', mergeRegister(lookup(holds, 'case-1'), register(stampOf(event), said)))",
      },
    ],
    caughtBy: { file: PRIVACY_TEST, test: 'is released by the name of its case, whichever comes first' },
  },
  {
    name: 'A request that is not carried out is taken for done.',
    rule: 'privacy',
    edits: [{ file: REQUESTED, find: "value === 'unknown' ? fault(", replace: "value === ('never' as Kind) ? fault(" }],
    caughtBy: { file: PRIVACY_TEST, test: 'that cannot be carried out is refused, and' },
  },
  {
    name: 'A decision that comes with another request is lost.',
    rule: 'privacy',
    edits: [
      {
        file: REQUESTED,
        find: 'mergeConsents(facts, event.consents, stamp',
        replace: "mergeConsents(facts, event.kind === 'consentChanged' ? event.consents : [], stamp",
      },
    ],
    caughtBy: { file: PRIVACY_TEST, test: 'is not lost where something else is asked for as well' },
  },
];
