/** Documents as they are stored, read into what they mean. */
import { emptyTree, isTree, type Tree } from './read.ts';
import type { StoredDocument } from './types.ts';

/** `.`, `$`, `%` and NUL stand percent-encoded in the natural keys of facts; a lone `%` is the empty key. */
const meant = (field: string): string =>
  field === '%' ? '' : field.replace(/%2E|%24|%25|%00/g, (code) => String.fromCharCode(parseInt(code.slice(1), 16)));

/** Keys are escaped where facts are maps by natural key: at the first level of each section. */
export const factsIn = ({ facts }: StoredDocument): Tree => {
  const read = emptyTree();
  for (const [section, entries] of Object.entries(isTree(facts) ? facts : {})) {
    const renamed = emptyTree();
    for (const [field, value] of Object.entries(isTree(entries) ? entries : {})) renamed[meant(field)] = value;
    read[section] = isTree(entries) ? renamed : entries;
  }
  return read;
};
