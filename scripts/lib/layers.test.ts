import { join } from 'node:path';
import { RuleTester } from 'eslint';
import { describe, it } from 'vitest';
import { layersRule } from './layers.mjs';
import { projectRoot } from './paths.mjs';

RuleTester.describe = describe;
RuleTester.it = it;
const tester = new RuleTester({ languageOptions: { ecmaVersion: 'latest', sourceType: 'module' } });

const from = (file: string, specifier: string) => ({
  name: `${file} imports ${specifier}`,
  filename: join(projectRoot, file),
  code: `import ${JSON.stringify(specifier)};`,
});
const refused = (file: string, specifier: string) => ({ ...from(file, specifier), errors: 1 });

tester.run('layers', layersRule, {
  valid: [
    from('shared/api/projects.ts', '../domain/workflow.ts'),
    from('shared/api/projects.ts', 'zod'),
    from('db/replica/schema.ts', '../../shared/errors.ts'),
    from('main/worker/domains/projects.ts', '../../../db/replica/schema.ts'),
    from('main/worker-host.ts', './worker/protocol.ts'),
    from('main/window.ts', 'electron'),
    from('renderer/app/routes.tsx', '../../shared/api/index.ts'),
    from('main/worker/sync/pull.integration.test.ts', '../../../scripts/lib/embedded-central.mjs'),
    from('shared/domain/codes.test.ts', 'node:crypto'),
    from('main/worker/sync/line.integration.test.ts', '../testing/desktop.ts'),
    from('e2e/line.spec.ts', '../main/worker/testing/faulty-proxy.ts'),
  ],
  invalid: [
    refused('shared/api/projects.ts', '../../db/replica/schema.ts'),
    refused('shared/api/projects.ts', 'node:crypto'),
    refused('shared/domain/../domain/money.ts', './../../main/paths.ts'),
    refused('db/central/people.ts', '../../main/paths.ts'),
    refused('main/window.ts', '../db/replica/schema.ts'),
    refused('main/window.ts', './worker/replica/database.ts'),
    refused('main/window.ts', 'better-sqlite3'),
    refused('main/window.ts', 'pg'),
    refused('main/worker/sync/pull.ts', 'electron'),
    refused('main/worker/sync/pull.ts', '../../paths.ts'),
    refused('preload/index.ts', '../main/paths.ts'),
    refused('renderer/app/routes.tsx', '../../main/paths.ts'),
    refused('renderer/app/routes.tsx', 'electron'),
    refused('renderer/app/routes.tsx', 'node:fs'),
    refused('main/worker/sync/pull.ts', '../testing/faulty-proxy.ts'),
    refused('e2e/line.spec.ts', '../main/worker/session.ts'),
  ],
});
