/** Every case, labelled by hand from the contract. */
import type { Case } from '../cases.ts';
import { byteCases } from './bytes.ts';
import { collectionCases } from './collections.ts';
import { fieldCases } from './fields.ts';
import { internalCases } from './internal.ts';
import { keyCases } from './keys.ts';
import { timeCases } from './times.ts';
import { wireCases } from './wire.ts';
import { writingCases } from './writing.ts';

export const CORPUS: readonly Case[] = [
  ...keyCases,
  ...wireCases,
  ...byteCases,
  ...fieldCases,
  ...collectionCases,
  ...timeCases,
  ...writingCases,
  ...internalCases,
];
