/** Values as keyed hashes: who has them but not the key learns no value from them. */
import { LRUCache } from 'lru-cache';
import type { LinkValue } from '../../domain/links.ts';
import { keyedHash } from '../keyed-hash.ts';

/** The links that values stand for, sorted, each `<kind>:<keyed hash>`: one of every key. */
export type LinkHash = (values: readonly LinkValue[]) => string[];

/** Most customers come back with the values they had. */
const REMEMBERED = 50_000;

/** `keys`: the present one, and while it is exchanged the one before. Of both, so that whoever has been told under either still is found. */
export const createLinkHash = (keys: readonly string[]): LinkHash => {
  const known = new LRUCache<string, string[]>({ max: REMEMBERED });
  const linksOf = ({ kind, value }: LinkValue): string[] => {
    const text = `${kind}:${value}`;
    const remembered = known.get(text);
    if (remembered !== undefined) return remembered;
    const links = keys.map((key) => `${kind}:${keyedHash(key, text)}`);
    known.set(text, links);
    return links;
  };
  return (values) => [...new Set(values.flatMap(linksOf))].sort();
};

/** The partition of whoever counts a link: the same for every member. */
export const partitionOfLink = (link: string, partitions: number): number => {
  let hash = 0;
  for (let at = 0; at < link.length; at += 1) hash = (Math.imul(hash, 31) + link.charCodeAt(at)) | 0;
  return (hash >>> 0) % partitions;
};
