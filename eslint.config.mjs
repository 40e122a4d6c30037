import js from '@eslint/js';
import tseslint from 'typescript-eslint';

/** Folders and packages that a part of the code may not import: the direction is domain ← pipeline ← commands. */
const direction = (files, folders, packages, why) => ({
  files,
  rules: {
    'no-restricted-imports': [
      'error',
      {
        patterns: [
          ...(folders.length > 0 ? [{ regex: `/(${folders.join('|')})/`, message: why }] : []),
          ...(packages.length > 0 ? [{ regex: `^(${packages.join('|')})(/|$)`, message: why }] : []),
        ],
      },
    ],
  },
});

const clients = ['kafkajs', 'kafkajs-snappy', 'lz4-napi', 'mongodb', '@kafkajs/confluent-schema-registry'];
const io = [
  ...clients,
  'node:(?!crypto$)',
  'pino',
  '@opentelemetry',
  'commander',
  'testcontainers',
  'avsc',
  'lru-cache',
];

export default tseslint.config(
  { ignores: ['dist', 'node_modules', 'src/domain/generated'] },
  js.configs.recommended,
  ...tseslint.configs.strictTypeChecked,
  {
    files: ['**/*.ts'],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true, allowBoolean: true }],
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      '@typescript-eslint/switch-exhaustiveness-check': 'error',
      eqeqeq: ['error', 'always', { null: 'ignore' }],
    },
  },
  { files: ['**/*.mjs', '**/*.js'], ...tseslint.configs.disableTypeChecked },
  { files: ['**/*.mjs', '**/*.js'], languageOptions: { globals: { process: 'readonly', console: 'readonly' } } },
  direction(
    ['src/domain/**'],
    ['pipeline', 'adapters', 'operations', 'commands', 'backing'],
    io,
    'the domain is pure: it imports nothing that does I/O and nothing above it',
  ),
  direction(
    ['src/pipeline/**'],
    ['adapters', 'operations', 'commands', 'backing'],
    [...clients, 'pino', '@opentelemetry', 'commander', 'testcontainers'],
    'the pipeline knows adapters only through the interfaces in pipeline/ports.ts',
  ),
  direction(
    ['src/adapters/**'],
    ['operations', 'commands', 'backing'],
    ['commander', 'testcontainers'],
    'adapters serve the pipeline and know nothing above it',
  ),
  direction(
    ['src/operations/**'],
    ['adapters', 'commands', 'backing'],
    [...clients, 'commander', 'testcontainers'],
    'operations observe the pipeline and know no adapter',
  ),
  direction(
    ['src/commands/**', 'src/main.ts', 'src/config.ts', 'src/index.ts', 'src/errors.ts'],
    [],
    [...clients],
    'only src/adapters imports the clients',
  ),
  direction(
    ['proof/judge/**'],
    ['domain', 'pipeline', 'adapters', 'verification', 'traffic', 'commands', 'decoders'],
    [...clients, 'avsc', 'mingo'],
    'the judge is written from the contract: what it shares with the code it judges, it cannot judge',
  ),
  direction(
    ['proof/model/**'],
    ['domain', 'adapters', 'verification', 'traffic', 'commands', 'decoders'],
    io,
    'the model is of the protocol: it takes the names of the steps from the pipeline, and nothing else',
  ),
);
