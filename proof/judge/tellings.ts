/** What audiences were told of one customer follows from what was published, and from the events. */
import { type Aborted, checkAborted } from './aborted.ts';
import { type Accepted, causesOf, isReplayable, type State, statementsIn } from './causes.ts';
import { isOfSystem, permittedAt } from './consent.ts';
import { AUDIENCES } from './contracts.ts';
import type { Case } from './customers.ts';
import { byRight, erasureIn } from './facts.ts';
import type { Find } from './findings.ts';
import { type Heard, NOTHING, viewDigest } from './heard.ts';
import type { Names } from './names.ts';
import type { Chain } from './outputs.ts';
import { isTombstone, type Published } from './published.ts';
import { emptyTree, member } from './read.ts';
import type { Statement } from './statements.ts';
import { viewOf } from './views.ts';

/** Whatever was told belongs to a published version, and the last of it is what document and events say. */
export const checkTellings = (
  { customerId, document, partitions, chain, facts, profile }: Case,
  heard: Heard,
  names: Names,
  find: Find,
): void => {
  const versions = new Map(chain?.versions.map((each) => [each.version, each]));
  for (const audience of AUDIENCES) {
    const told = heard.of(audience, customerId);
    for (const { partition, offset, version, occurredAt } of told) {
      const where = `${audience} ${partition}:${offset}, version ${version}`;
      const published = versions.get(version);
      if (published === undefined) find('audience-unaccompanied', customerId, where);
      else if (occurredAt !== null && occurredAt !== published.occurredAt) {
        find('audience-envelope', customerId, `${where}: occurredAt`);
      }
      if (!partitions.has(partition)) find('audience-misplaced', customerId, where);
    }
    const last = told.at(-1);
    const kept = member(document.audiences, audience);
    const version = member(kept, 'version');
    if (version !== last?.version) {
      find('audience-document', customerId, `${audience}: ${String(version)}, told ${last?.version ?? 'nothing'}`);
    } else if (
      last !== undefined &&
      !isErasure(versions.get(last.version)) &&
      last.name !== (member(kept, 'as') ?? customerId)
    ) {
      find('audience-document', customerId, `${audience}, version ${last.version}: the name`);
    }
    const key = names.presentKey(audience);
    if (last !== undefined && last.digest !== NOTHING && last.key !== key) {
      find('audience-name', customerId, `${audience}, version ${last.version}: it is given up`);
    }
    if ((last?.digest ?? NOTHING) !== viewDigest(viewOf(audience, facts, profile, key))) {
      find('audience-last', customerId, `${audience}, version ${last?.version ?? 0}`);
    }
  }
};

/** With it names are forgotten. */
const isErasure = (published: Published | undefined): boolean => published !== undefined && isTombstone(published);

/** With every version audiences know their view at it, be it told with this version or before. */
export const checkViews = (
  customerId: string,
  { published: { version }, facts, profile }: State,
  heard: Heard,
  find: Find,
): void => {
  for (const audience of AUDIENCES) {
    const last = heard.of(audience, customerId).findLast((each) => each.version <= version);
    const view = viewOf(audience, facts, profile, last?.key ?? null);
    if ((last?.digest ?? NOTHING) === viewDigest(view)) continue;
    const where = `${audience}, version ${version}`;
    if (last?.version !== version) find('audience-missing', customerId, where);
    // Else it was not permitted, which is told of every version.
    else if (view !== null || last.digest === NOTHING) find('audience-view', customerId, where);
  }
};

/** Consent is judged with every version of which marketing was told, also where not every view is. */
export const checkPermission = (
  customerId: string,
  accepted: readonly Accepted[],
  chain: Chain,
  heard: Heard,
  find: Find,
): void => {
  const told = heard.of('marketing', customerId).filter(({ digest }) => digest !== NOTHING);
  const versions = new Set(told.map(({ version }) => version));
  if (!isReplayable(accepted, chain)) {
    if (statementsIn(accepted).some(grantsMarketing)) return;
    for (const version of versions) find('audience-unpermitted', customerId, `version ${version}, or any other`);
    return;
  }
  let latest = new Map<string, Statement>();
  let consents = emptyTree();
  let now = Number.NEGATIVE_INFINITY;
  const known: Statement[] = [];
  for (const { published, statements, isCertain } of causesOf(accepted, chain)) {
    const erasure = erasureIn(statements);
    if (erasure !== null) {
      [latest, consents, now] = [new Map<string, Statement>(), emptyTree(), Number.NEGATIVE_INFINITY];
    }
    // What was stated later than what is gone with an erasure may count now.
    const fresh = erasure === null ? statements : known.filter(({ at }) => at > erasure.at);
    known.push(...statements);
    for (const statement of fresh) {
      if (isOfSystem(statement.about[0])) continue;
      const about = JSON.stringify(statement.about);
      const before = latest.get(about);
      if (before !== undefined && byRight(before, statement) >= 0) continue;
      latest.set(about, statement);
      const [section, key] = statement.about;
      if (section === 'consents') consents[key] = statement;
      // A later version of a thing may be dated before the one that it replaces.
      const isReplaced = before?.at === now && statement.at < now;
      now = isReplaced
        ? latest.values().reduce((most, { at }) => Math.max(most, at), statement.at)
        : Math.max(now, statement.at);
    }
    if (isCertain && versions.has(published.version) && permittedAt(consents, now).length === 0) {
      find('audience-unpermitted', customerId, `version ${published.version}`);
    }
  }
};

const grantsMarketing = ({ about: [section, key], value }: Statement): boolean =>
  section === 'consents' && key.startsWith('marketing:') && member(value, 'granted') === true;

export const checkAbortedTellings = (
  customerId: string,
  { told }: Aborted,
  heard: Heard,
  documentVersion: number,
  find: Find,
): void => {
  for (const [audience, customers] of told) {
    const findIn: Find = (invariant, of, detail = '') => find(invariant, of, `${audience} ${detail}`);
    checkAborted(customerId, customers.get(customerId) ?? [], heard.of(audience, customerId), documentVersion, findIn);
  }
};
