/** Every guard. Whoever adds a rule to the protocol adds a file here, or a line to one. */
import type { Guard } from '../guard.ts';
import { adapters } from './adapters.ts';
import { assignor } from './assignor.ts';
import { consent } from './consent.ts';
import { erasure } from './erasure.ts';
import { history } from './history.ts';
import { links } from './links.ts';
import { names } from './names.ts';
import { oneTransaction } from './one-transaction.ts';
import { orderOfFacts } from './order-of-facts.ts';
import { privacy } from './privacy.ts';
import { refresh } from './refresh.ts';
import { retention } from './retention.ts';
import { membership } from './rule-10-membership.ts';
import { token } from './rule-1-token.ts';
import { save } from './rule-2-save.ts';
import { marker } from './rule-3-marker.ts';
import { majority } from './rule-4-majority.ts';
import { oneRound } from './rule-5-one-round.ts';
import { position } from './rule-6-position.ts';
import { refusedKeys } from './rule-7-refused-keys.ts';
import { refusal } from './rule-8-refusal.ts';
import { pending } from './rule-9-pending.ts';
import { router } from './router.ts';
import { rules } from './rules.ts';
import { sweep } from './sweep.ts';
import { tracing } from './tracing.ts';

export const GUARDS: readonly Guard[] = [
  ...token,
  ...save,
  ...marker,
  ...majority,
  ...oneRound,
  ...position,
  ...refusedKeys,
  ...refusal,
  ...pending,
  ...membership,
  ...oneTransaction,
  ...orderOfFacts,
  ...consent,
  ...privacy,
  ...erasure,
  ...retention,
  ...history,
  ...sweep,
  ...names,
  ...links,
  ...rules,
  ...refresh,
  ...router,
  ...assignor,
  ...tracing,
  ...adapters,
];
