/** What marketing may know of a customer, and whether it may know anything. */
import { isReached, latestKnown, permittedAt } from './consent.ts';
import { endOf, noticeDateOf } from './agreements.ts';
import { isTree, listOf, textOf, treeOf, type Tree } from './read.ts';

/** Null while nothing is permitted. */
export const marketingView = (facts: Tree, profile: Tree): Tree | null => {
  const channels = permittedAt(treeOf(facts, 'consents'), latestKnown(facts));
  if (channels.length === 0) return null;
  return {
    party: addressedBy(treeOf(profile, 'party')),
    languages: listOf(treeOf(profile, 'preferences'), 'languages'),
    channels,
    contactMediums: listOf(profile, 'contactMediums')
      .filter(isTree)
      .filter(({ validation }) => validation !== 'invalid')
      .filter((medium) => isReached(textOf(medium, 'mediumType') ?? '', channels))
      .map(({ mediumType, emailAddress, phoneNumber, address, preferred, validation }) => {
        return { mediumType, emailAddress, phoneNumber, address, preferred, validation };
      }),
    segments: listOf(profile, 'segments').toSorted(),
    holdings: listOf(profile, 'products')
      .filter(isTree)
      .filter(({ status }) => status === 'active')
      .map(({ productId, offeringId, offeringName, category, quantity, startDate }) => {
        return { productId, offeringId, offeringName, category, quantity, startDate };
      }),
    agreements: listOf(profile, 'agreements')
      .filter(isTree)
      .map((agreement) => {
        const { agreementId, agreementType, autoRenews } = agreement;
        return {
          agreementId,
          agreementType,
          endDate: endOf(agreement),
          noticeDate: noticeDateOf(agreement),
          autoRenews,
        };
      }),
  };
};

/** Null when nothing of it is known: a birth date alone is no way to address anybody. */
const addressedBy = ({ partyType, title, givenName, familyName, organizationName }: Tree): Tree | null => {
  const names = { title, givenName, familyName, organizationName };
  const isKnown = (partyType ?? 'unknown') !== 'unknown' || Object.values(names).some((name) => name != null);
  return isKnown ? { partyType, ...names } : null;
};
