import { emptyFacts } from '../../../src/domain/facts.ts';
import type { ProfileDocument } from '../../../src/pipeline/document.ts';
import { clearsOf } from '../../../src/pipeline/write.ts';
import { aConsent, aRequest, factsOf } from '../../helpers/domain.ts';

const EPOCH = 3;
const plain: ProfileDocument = {
  ...{ _id: 'c', version: 2, epoch: EPOCH, marker: null, previousVersion: 1, pending: null, audiences: {} },
  ...{ links: null, facts: emptyFacts, profile: null },
};
const consents = [aConsent({ purpose: 'archiving' })];
const agreed = { ...plain, facts: factsOf([aRequest({ kind: 'consentChanged', consents })]) };

it.each<[who: string, before: ProfileDocument, owner: number, isPublished: boolean]>([
  ['of whom nothing can lie there', plain, EPOCH + 1, false],
  ['whose last version this owner has published', agreed, EPOCH, true],
])('nothing is looked for in the archive of somebody %s', (_, before, owner, isPublished) => {
  expect(clearsOf(before, { ...before, epoch: owner }, isPublished)).toBeNull();
});

it('an owner that is new looks for what was put there for versions that nobody saved', () => {
  const next = { ...agreed, epoch: EPOCH + 1 };
  const unsaved = [{ version: 3, epoch: EPOCH + 1 }];
  expect(clearsOf(agreed, next, true)).toEqual({ outdated: null, unsaved });
  expect(clearsOf(agreed, next, false)).toEqual({ outdated: { below: 2, all: false }, unsaved });
  const first = [{ version: 1, epoch: EPOCH + 1 }];
  expect(clearsOf(null, next, true)).toEqual({ outdated: null, unsaved: first });
});
