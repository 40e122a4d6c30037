/** A statement of one task to another about a value that customers may share. */
import type { CustomerLink } from './generated/CustomerLink.ts';
import { record } from './validation/check.ts';
import { envelope } from './validation/records.ts';
import { count, flag, id, version } from './validation/values.ts';

export const validateLink = record<CustomerLink>({
  ...envelope,
  link: id,
  linked: flag,
  version,
  partition: count,
  told: flag,
});
