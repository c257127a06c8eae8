import js from '@eslint/js';
import prettier from 'eslint-config-prettier';
import jsxA11y from 'eslint-plugin-jsx-a11y';
import reactHooks from 'eslint-plugin-react-hooks';
import { defineConfig, globalIgnores } from 'eslint/config';
import tseslint from 'typescript-eslint';

/** House rules that no plugin has. Each entry bans a syntax and says what to do instead. */
const everywhere = [
  {
    selector: 'ExportAllDeclaration',
    message: 'No `export *`: name what is exported.',
  },
  {
    selector: 'Literal[value=/@compute|@workgroup_size/], TemplateElement[value.raw=/@compute|@workgroup_size/]',
    message: 'WGSL lives in shaders/*.wgsl, not in TypeScript strings.',
  },
];
const gpuOnlyInGpu = {
  selector: "MemberExpression[object.name='navigator'][property.name='gpu']",
  message: 'navigator.gpu belongs to src/gpu.',
};
const randomness = {
  selector: "MemberExpression[object.name='Math'][property.name='random']",
  message: 'Seeds decide everything: take an Rng from src/lib/rng.',
};
const wallClock = {
  selector:
    "MemberExpression[object.name='Date'][property.name='now'], MemberExpression[object.name='performance'][property.name='now'], NewExpression[callee.name='Date'][arguments.length=0]",
  message: 'Time is passed in (src/lib/clock); only the shells read a clock.',
};

const shells = [
  'src/main.tsx',
  'src/worker/main.ts',
  'src/worker/hub.ts',
  'src/cli/**',
  'src/bench/**',
  'scripts/**',
  'e2e/**',
  '*.ts',
];
const tests = ['**/*.test.ts', '**/*.test.tsx', '**/*.fixture.ts'];

export default defineConfig(
  globalIgnores([
    'dist',
    'coverage',
    'test-results',
    'playwright-report',
    'public',
    'fixtures',
    '.cache',
    '.scratch',
    'runs',
  ]),
  js.configs.recommended,
  tseslint.configs.recommendedTypeChecked,
  {
    languageOptions: {
      parserOptions: {
        projectService: {
          allowDefaultProject: ['scripts/*.mjs', 'scripts/machine/*.mjs', '.dependency-cruiser.js', '.size-limit.js'],
        },
        tsconfigRootDir: import.meta.dirname,
      },
    },
    linterOptions: { reportUnusedDisableDirectives: 'error' },
    rules: {
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/no-non-null-assertion': 'error',
      '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'inline-type-imports' }],
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      // Numbers in messages are the point of our messages.
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true, allowBoolean: true }],
      // An async function that satisfies an async interface need not await.
      '@typescript-eslint/require-await': 'off',
      // Our interfaces are records of functions; nothing here reads `this` off a detached method.
      '@typescript-eslint/unbound-method': 'off',
      eqeqeq: 'error',
      'max-lines': ['error', { max: 400 }],
      'no-restricted-syntax': ['error', ...everywhere, gpuOnlyInGpu, randomness, wallClock],
    },
  },
  { files: ['src/gpu/**'], rules: { 'no-restricted-syntax': ['error', ...everywhere, randomness, wallClock] } },
  {
    files: ['src/lib/rng.ts', 'src/lib/clock.ts'],
    rules: { 'no-restricted-syntax': ['error', ...everywhere, gpuOnlyInGpu] },
  },
  { files: shells, rules: { 'no-restricted-syntax': ['error', ...everywhere, gpuOnlyInGpu] } },
  {
    files: tests,
    rules: { 'no-restricted-syntax': ['error', ...everywhere, randomness], 'max-lines': 'off' },
  },
  // A page under test is asked for its adapter from outside.
  { files: ['e2e/**'], rules: { 'no-restricted-syntax': ['error', ...everywhere, randomness] } },
  {
    files: ['src/**/*.tsx'],
    extends: [jsxA11y.flatConfigs.recommended],
  },
  {
    files: ['src/**/*.{ts,tsx}'],
    extends: [reactHooks.configs.flat.recommended],
  },
  {
    files: ['**/*.{js,mjs}'],
    extends: [tseslint.configs.disableTypeChecked],
    languageOptions: { globals: { process: 'readonly', console: 'readonly', URL: 'readonly' } },
    rules: { 'no-restricted-syntax': 'off' },
  },
  prettier,
);
