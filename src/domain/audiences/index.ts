import { churn } from './churn.ts';
import { fraud } from './fraud.ts';
import { marketing } from './marketing.ts';

/** Every audience there is. Adding one is a file here, its schema in schemas/ and its name in this list. */
export const AUDIENCES = [marketing, churn, fraud] as const;

export type AudienceName = (typeof AUDIENCES)[number]['name'];

/** Under which key an audience hears of customers by pseudonyms; none: by their ids. */
export type AudienceKeys = { readonly [Name in AudienceName]?: string | undefined };

export const AUDIENCE_NAMES: readonly AudienceName[] = AUDIENCES.map(({ name }) => name);
