import { type Customer, customerOf as derived } from '../../../../src/domain/derive.ts';
import type { InputEvent } from '../../../../src/domain/events.ts';
import type { Money } from '../../../../src/domain/generated/OrderFinalized.ts';
import { factsOf } from '../../../helpers/domain.ts';
import { RULES } from '../../../helpers/rules.ts';

export const customerOf = (...inputs: InputEvent[]): Customer => derived(factsOf(inputs), RULES);

export const eur = (minorUnits: number): Money => ({ currency: 'EUR', minorUnits });

export const HOUR = 60 * 60 * 1000;
export const DAY = 24 * HOUR;
