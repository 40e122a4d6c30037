/** A document with all that has moved out of it. */
import { wholeOf } from '../domain/past/whole.ts';
import { isProfileError } from '../errors.ts';
import type { ProfileDocument } from '../pipeline/document.ts';
import type { HistoryStore } from '../pipeline/ports.ts';

/** `load`: the document as it is now. A task may make its history anew while that is read: then nothing is damaged, but other chunks count. */
export const wholeDocument = async (
  document: ProfileDocument,
  history: Pick<HistoryStore, 'read'>,
  load: () => Promise<ProfileDocument | undefined>,
): Promise<ProfileDocument> => {
  const { facts, version, _id: customerId } = document;
  if (facts.past === undefined) return document;
  try {
    const chunks = await Array.fromAsync(history.read(customerId, facts.past));
    return { ...document, facts: wholeOf(facts, chunks) };
  } catch (error) {
    const now = isProfileError(error, 'HISTORY_DAMAGED') ? await load() : undefined;
    if (now === undefined || now.version === version) throw error;
    return wholeDocument(now, history, load);
  }
};
