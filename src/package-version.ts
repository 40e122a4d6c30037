import { readFileSync } from 'node:fs';

/** Of what runs. The package is the same place from src/ and from dist/. */
export const packageVersion = (): string => {
  const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as {
    version: string;
  };
  return version;
};
