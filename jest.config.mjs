const project = (name, match, extra = {}) => ({
  displayName: name,
  testMatch: match.map((pattern) => `<rootDir>/test/${pattern}/**/*.test.ts`),
  testEnvironment: 'node',
  extensionsToTreatAsEsm: ['.ts'],
  transform: {
    '^.+\\.ts$': [
      '@swc/jest',
      { jsc: { target: 'es2024', parser: { syntax: 'typescript' } }, module: { type: 'es6' }, sourceMaps: 'inline' },
    ],
  },
  ...extra,
});

export default {
  projects: [
    project('unit', ['unit', 'property', 'proof']),
    project('integration', ['integration', 'faults'], {
      globalSetup: '<rootDir>/test/helpers/global-setup.mjs',
      globalTeardown: '<rootDir>/test/helpers/global-teardown.mjs',
      setupFilesAfterEnv: ['<rootDir>/test/helpers/integration-env.mjs'],
    }),
  ],
};
