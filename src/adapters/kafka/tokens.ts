/** Tokens for OAUTHBEARER, by client credentials: https://www.rfc-editor.org/rfc/rfc6749#section-4.4 */
import type { OauthbearerProviderResponse } from 'kafkajs';
import { z } from 'zod';
import { ProfileError } from '../../errors.ts';

export interface TokenSettings {
  readonly tokenUrl: string;
  readonly clientId: string;
  readonly clientSecret: string;
  readonly scope?: string | undefined;
}

const ANSWER = z.object({ access_token: z.string().min(1), expires_in: z.number().positive().optional() });
const TIMEOUT_MS = 5_000;
/** Of its life a token is used for so much, so that none expires on its way. */
const USED = 0.8;
const DEFAULT_LIFE_S = 60;

type TokenProvider = () => Promise<OauthbearerProviderResponse>;

/** One a configuration, so that all who connect by it share tokens. */
const providers = new WeakMap<TokenSettings, TokenProvider>();

/** Asks for a token, and for another one in time. Throws KAFKA_UNAVAILABLE, with the status and nothing of the answer. */
export const tokenProviderOf = (settings: TokenSettings): TokenProvider => {
  const provider = providers.get(settings) ?? createTokenProvider(settings);
  providers.set(settings, provider);
  return provider;
};

const createTokenProvider = (settings: TokenSettings): TokenProvider => {
  let known: { readonly value: string; readonly until: number } | null = null;
  return async () => {
    if (known === null || performance.now() >= known.until) {
      const { access_token: value, expires_in: life = DEFAULT_LIFE_S } = await asked(settings);
      known = { value, until: performance.now() + life * USED * 1_000 };
    }
    return { value: known.value };
  };
};

const asked = async ({ tokenUrl, clientId, clientSecret, scope }: TokenSettings): Promise<z.output<typeof ANSWER>> => {
  const credentials = [clientId, clientSecret].map(encodeURIComponent).join(':');
  try {
    const response = await fetch(tokenUrl, {
      method: 'POST',
      headers: { authorization: `Basic ${Buffer.from(credentials).toString('base64')}`, accept: 'application/json' },
      body: new URLSearchParams({ grant_type: 'client_credentials', ...(scope !== undefined && { scope }) }),
      signal: AbortSignal.timeout(TIMEOUT_MS),
      redirect: 'error',
    });
    if (!response.ok) throw new ProfileError('KAFKA_UNAVAILABLE', `the token server answers ${response.status}`);
    return ANSWER.parse(await response.json());
  } catch (error) {
    if (error instanceof ProfileError) throw error;
    throw new ProfileError('KAFKA_UNAVAILABLE', 'the token server cannot be reached, or its answer is none');
  }
};
